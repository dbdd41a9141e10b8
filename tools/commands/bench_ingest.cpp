#include "tools/commands/bench_ingest.hpp"

#include "tools/commands/bench_folding.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/scenario.hpp"
#include "tools/simulator/signature.hpp"

#include <fmt/format.h>

namespace billhook {

namespace {

constexpr std::size_t organizations_of_bench = 40;
constexpr std::size_t most_bodies = 2'000;

instant now_in_seconds() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

// As large as an account's with much in it: the event has more members, made of its own ones.
std::string grown_to(std::size_t bytes, std::string body) {
    const auto own = body.substr(0, body.rfind('}') + 1);
    body.resize(own.size() - 1);
    body += ",\"filler\":[0";
    while (body.size() < bytes) {
        body += "," + own;
    }
    return body + "]}";
}

std::vector<std::string> bodies_of_lives(const catalogue& plans, std::size_t bytes) {
    simulator::scenario_settings wanted;
    wanted.organizations = organizations_of_bench;
    wanted.end = now_in_seconds();
    const auto lives = simulator::make_scenario(wanted, plans);
    simulator::disorder_settings none;
    none.duplicates = none.reorder = none.late = 0;
    std::vector<std::string> bodies;
    for (const auto& each : simulator::plan_deliveries(lives, none)) {
        if (bodies.size() == most_bodies) {
            break;
        }
        bodies.push_back(grown_to(bytes, *each.body));
    }
    return bodies;
}

}  // namespace

std::vector<std::string> requests_of(
    const std::vector<std::string>& bodies,
    const simulator::webhook_url& to,
    const secret& key
) {
    const auto now = now_in_seconds();
    std::vector<std::string> all;
    all.reserve(bodies.size());
    for (const auto& body : bodies) {
        // The fields that Stripe sends.
        all.push_back(fmt::format(
            "POST {} HTTP/1.1\r\nHost: {}\r\nUser-Agent: Stripe/1.0 "
            "(+https://stripe.com/docs/webhooks)\r\n"
            "Accept: */*; q=0.5, application/xml\r\nCache-Control: no-cache\r\n"
            "Content-Type: application/json; charset=utf-8\r\nContent-Length: {}\r\n"
            "Stripe-Signature: {}\r\n\r\n{}",
            to.path,
            to.host,
            body.size(),
            simulator::signature_header(body, key, now),
            body
        ));
    }
    return all;
}

ingest_costs measure_ingest(const ingest_bench& how, const catalogue& plans) {
    const auto bodies = bodies_of_lives(plans, how.bytes);
    const bare_server bare({});
    const bare_server with_hmac({.key = how.key});
    const requests_to requests = [&](const simulator::webhook_url& to) {
        return requests_of(bodies, to, how.key);
    };
    std::vector<contender> all{
        contender_from("bare Beast", bare, requests),
        contender_from("bare Beast and HMAC", with_hmac, requests)};
    for (const auto& each : how.servers) {
        all.push_back(contender_from(each, requests));
    }
    ingest_costs found;
    found.all = measure_servers(all, how.load);
    if (how.log && !how.servers.empty()) {
        const double half = found.all[all.size() - how.servers.size()].rate / 2;
        tell_bench(fmt::format("the broker alone, {:.0f} a second", half));
        found.broker = measure_broker(*how.log, bodies, half, how.load.each);
    }
    for (const auto& body : bodies) {
        found.mean_bytes += body.size();
    }
    found.mean_bytes /= bodies.size();
    return found;
}

}  // namespace billhook
