#include "tools/commands/bench_ingest.hpp"

#include "tools/commands/bench_bare.hpp"
#include "tools/commands/bench_folding.hpp"
#include "tools/commands/bench_posting.hpp"
#include "tools/simulator/disorder.hpp"
#include "tools/simulator/scenario.hpp"
#include "tools/simulator/signature.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include <charconv>
#include <fmt/format.h>
#include <fstream>
#include <sstream>
#include <system_error>
#include <unistd.h>

namespace billhook {

namespace {

constexpr std::size_t organizations_of_bench = 40;
constexpr std::size_t most_bodies = 2'000;

std::string proc_file(pid_t process, const char* name) {
    const auto path = fmt::format("/proc/{}/{}", process, name);
    std::ifstream in(path);
    std::ostringstream all;
    all << in.rdbuf();
    if (!in || all.view().empty()) {
        throw std::system_error(std::make_error_code(std::errc::no_such_process), path);
    }
    return all.str();
}

// User and system, of all threads.
double processor_seconds(pid_t process) {
    const auto told = proc_file(process, "stat");
    std::istringstream in(told.substr(told.rfind(')') + 1));
    std::string skipped;
    for (int field = 3; field < 14; ++field) {
        in >> skipped;
    }
    double user = 0;
    double system = 0;
    in >> user >> system;
    return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

double most_resident_mebibytes(pid_t process) {
    const auto told = proc_file(process, "status");
    const auto at = told.find("VmHWM:");
    return at == told.npos ? 0 : std::strtod(&told[at + 6], nullptr) / 1024;
}

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

boost::asio::ip::tcp::endpoint resolved(const simulator::webhook_url& url) {
    boost::asio::io_context io;
    boost::asio::ip::tcp::resolver names(io);
    return names.resolve(url.host, url.port)->endpoint();
}

struct contender {
    std::string name;
    pid_t process = 0;
    boost::asio::ip::tcp::endpoint at;
    simulator::webhook_url url;
    std::vector<double> rates{};
    std::vector<double> processor{};
    std::vector<double> p99{};
    std::vector<double> half_p50{};
    std::vector<double> half_p99{};
    std::size_t accepted = 0;
    std::size_t refused = 0;
};

double milliseconds(std::chrono::microseconds what) {
    return static_cast<double>(what.count()) / 1'000;
}

posted post_to(contender& who, posting plan, const ingest_bench& how, bool is_warm_up) {
    plan.to = who.at;
    plan.connections = how.connections;
    plan.how_long = is_warm_up ? std::chrono::seconds{1} : how.each;
    auto came_to = post_again_and_again(plan);
    who.accepted += came_to.accepted;
    who.refused += came_to.refused;
    return came_to;
}

void try_once(
    contender& who,
    const std::vector<std::string>& bodies,
    const ingest_bench& how,
    bool is_warm_up
) {
    const auto requests = requests_of(bodies, who.url, how.key);
    posting plan;
    plan.requests = requests;
    const auto before = processor_seconds(who.process);
    const auto full = post_to(who, plan, how, is_warm_up);
    const auto took = processor_seconds(who.process) - before;
    if (is_warm_up || full.accepted == 0) {
        return;
    }
    who.rates.push_back(full.rate());
    who.processor.push_back(took * 1e6 / static_cast<double>(full.accepted));
    who.p99.push_back(milliseconds(full.quantile(990)));
    plan.rate = full.rate() / 2;
    const auto half = post_to(who, plan, how, false);
    who.half_p50.push_back(milliseconds(half.quantile(500)));
    who.half_p99.push_back(milliseconds(half.quantile(990)));
}

double median_or_zero(const std::vector<double>& values) {
    return values.empty() ? 0 : median(values);
}

}  // namespace

std::optional<measured_server> parse_measured_server(std::string_view text) {
    const auto first = text.find(',');
    const auto second = first == text.npos ? first : text.find(',', first + 1);
    if (second == text.npos) {
        return std::nullopt;
    }
    measured_server found;
    found.name = text.substr(0, first);
    const auto number = text.substr(first + 1, second - first - 1);
    const auto [end, ec] =
        std::from_chars(number.data(), number.data() + number.size(), found.process);
    const auto url = simulator::parse_webhook_url(text.substr(second + 1));
    if (found.name.empty() || ec != std::errc{} || end != number.data() + number.size() ||
        found.process <= 0 || !url) {
        return std::nullopt;
    }
    found.url = *url;
    return found;
}

ingest_costs measure_ingest(const ingest_bench& how, const catalogue& plans) {
    const auto bodies = bodies_of_lives(plans, how.bytes);
    const bare_server bare(std::nullopt);
    const bare_server with_hmac(how.key);
    const simulator::webhook_url own{"127.0.0.1", "0", "/stripe/webhook"};
    std::vector<contender> all{
        {"bare Beast",          bare.process(),      bare.address(),      own},
        {"bare Beast and HMAC", with_hmac.process(), with_hmac.address(), own}
    };
    for (const auto& each : how.servers) {
        all.push_back({each.name, each.process, resolved(each.url), each.url});
    }
    for (int round = 0; round <= how.rounds; ++round) {
        for (auto& each : all) {
            tell_bench(fmt::format("round {} of {}: {}", round, how.rounds, each.name));
            try_once(each, bodies, how, round == 0);
        }
    }
    ingest_costs found;
    for (const auto& body : bodies) {
        found.mean_bytes += body.size();
    }
    found.mean_bytes /= bodies.size();
    for (const auto& each : all) {
        found.all.push_back(
            {each.name,
             each.accepted,
             each.refused,
             median_or_zero(each.rates),
             median_or_zero(each.processor),
             median_or_zero(each.p99),
             median_or_zero(each.half_p50),
             median_or_zero(each.half_p99),
             most_resident_mebibytes(each.process)}
        );
    }
    return found;
}

}  // namespace billhook
