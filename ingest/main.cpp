#include "ingest/gateway/durability.hpp"
#include "ingest/gateway/gateway.hpp"
#include "ingest/server/listen_settings.hpp"
#include "ingest/webhook/svix_signature.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/messages/topics.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

// Read by jemalloc when the process begins. The producer wants 64 KiB of zeroes for each request
// that it compresses, which jemalloc has the kernel make, page by page, unless huge pages are
// wanted. Of these each arena fills its own: two are enough for the few threads here.
extern "C" {
extern const char* malloc_conf;
const char* malloc_conf = "thp:always,narenas:2";
}

// billhook-ingest: settings -> preflight -> endpoints -> listeners, until SIGTERM.
namespace billhook {

namespace {

std::vector<endpoint> endpoints_from(const ingest_settings& told) {
    std::vector<endpoint> all;
    for (const auto& each : told.endpoints) {
        endpoint at;
        at.name = each.name;
        at.path = each.path;
        at.kind = each.kind;
        at.mode = each.mode;
        at.tolerance = told.tolerance;
        for (const auto& one : each.secrets) {
            auto key =
                each.kind == endpoint_kind::clerk ? svix_key_of(one.value) : signing_key{one.value};
            at.secrets.push_back({one.name, std::move(key), one.not_after});
        }
        all.push_back(std::move(at));
    }
    return all;
}

gateway_plan plan_from(const settings& told) {
    gateway_plan plan;
    plan.listen = endpoint_from(told.ingest.listen);
    plan.admin_listen = told.ingest.admin_listen;
    plan.threads = told.ingest.threads;
    plan.bounds = limits_from(told.ingest);
    plan.proxies = proxies_from(told.ingest);
    plan.kafka = kafka::producer_settings_from(told.kafka);
    plan.topic = topics::stripe_events;
    plan.endpoints = [from = told.ingest] { return endpoints_from(from); };
    plan.append_deadline = told.ingest.append_deadline;
    plan.stop_deadline = told.ingest.stop_deadline;
    return plan;
}

// What is allowed and most likely a mistake.
void warn_of_settings(const ingest_settings& told, instant now, log& lines) {
    for (const auto& each : told.endpoints) {
        const auto is_over = [&](const secret_settings& one) {
            return one.not_after && *one.not_after < now;
        };
        if (std::all_of(each.secrets.begin(), each.secrets.end(), is_over)) {
            lines.warning("no secret of an endpoint is valid any more", "endpoint"_is(each.name));
        }
    }
}

exit_code serve(const settings& told, log& lines) {
    warn_of_settings(told.ingest, system_clock{}.now(), lines);
    const stop wish;
    const durability_demand demand{
        .client = kafka::client_settings_from(told.kafka),
        .topic = topics::stripe_events,
        .wait = told.startup_wait,
        .allow_weak = told.allow_weak_durability};
    if (const auto code = require_durable_log(demand, wish, lines)) {
        return *code;
    }
    gateway doors{plan_from(told), lines};
    lines.info(
        "serving",
        "address"_is(doors.address().address().to_string()),
        "port"_is(doors.address().port()),
        "admin_port"_is(doors.admin_port()),
        "threads"_is(told.ingest.threads),
        "endpoints"_is(told.ingest.endpoints.size())
    );
    doors.run(wish.descriptor());
    lines.info("stopped");
    return exit_code::done;
}

}  // namespace

}  // namespace billhook

int main(int argc, char** argv) {
    using namespace billhook;
    const auto told = read_arguments(
        {
            .process = process_kind::ingest,
            .purpose = "Takes Stripe's webhooks in and answers when Kafka has them.",
            .examples = "  billhook-ingest --config billhook.toml   serve until SIGTERM",
            .required = {"kafka.brokers", "ingest.endpoints"}
    },
        argc,
        argv
    );
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return to_int(*code);
    }
    const auto& all = std::get<settings>(told);
    billhook::log lines{"ingest", all.level, all.format};
    try {
        return to_int(serve(all, lines));
    } catch (const cannot_listen& why) {
        lines.error("cannot listen", "cause"_is(why.what()));
        return to_int(exit_code::unreachable);
    } catch (const std::system_error& why) {
        lines.error("cannot listen at ingest.admin_listen", "cause"_is(why.code().message()));
        return to_int(exit_code::unreachable);
    } catch (const kafka::failure& why) {
        lines.error("Kafka's settings were refused", "cause"_is(why.what()));
        return to_int(exit_code::usage);
    } catch (const std::exception& why) {
        lines.error("cannot go on", "cause"_is(why.what()));
        return to_int(exit_code::unreachable);
    }
}
