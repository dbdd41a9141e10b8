#include "ingest/api/calls/away_gates.hpp"
#include "ingest/api/calls/cors.hpp"
#include "ingest/api/calls/writes.hpp"
#include "ingest/api/keys/running_authority.hpp"
#include "ingest/api/service/api_service.hpp"
#include "ingest/api/service/page_folder.hpp"
#include "ingest/server/listen_settings.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/plans_file.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/messages/topics.hpp"

#include <exception>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>
#include <system_error>
#include <utility>

// billhook-api: settings and plans -> who is believed -> listeners, until SIGTERM.
namespace billhook {

namespace {

limits bounds_from(const settings& told) {
    auto bounds = limits_from(told.ingest);
    bounds.body_bytes = told.api.max_body_bytes;
    return bounds;
}

api::api_plan plan_from(const settings& told, catalogue plans) {
    api::api_plan plan;
    plan.listen = endpoint_from(told.api.listen);
    plan.admin_listen = told.api.admin_listen;
    plan.threads = told.api.threads;
    plan.blocking_threads = told.api.blocking_threads;
    plan.waiting = told.api.waiting;
    plan.bounds = bounds_from(told);
    plan.proxies = proxies_from(told.ingest);
    plan.database = {told.database.url, "billhook-api", std::chrono::seconds{2}};
    // A caller waits: fewer tries than a repair in the background, and each within his time.
    plan.stripe.base = told.stripe.api_base;
    plan.stripe.key = told.stripe.secret_key;
    plan.stripe.retries.attempts = 3;
    plan.stripe.retries.longest = std::chrono::milliseconds{2'000};
    plan.kafka = kafka::producer_settings_from(told.kafka);
    plan.livemode = told.livemode;
    plan.return_origins = api::origins_in(told.api.return_origins);
    plan.cors_origins = api::origins_in(told.api.cors_origins);
    plan.organization_rate = told.api.organization_rate;
    plan.gate_memory = told.api.gate_memory;
    plan.topic = topics::stripe_events;
    plan.plans = std::move(plans);
    plan.deadline = told.api.deadline;
    plan.after_deadline = told.api.after_deadline;
    plan.stop_deadline = told.api.stop_deadline;
    return plan;
}

// Empty: none is named. Nothing: it cannot be read.
std::optional<std::string> key_in(const std::string& path) {
    if (path.empty()) {
        return "";
    }
    std::ifstream file(path);
    return file ? std::optional{std::string(std::istreambuf_iterator<char>(file), {})}
                : std::nullopt;
}

// Whether it can be served as it is told; otherwise the log says why.
bool take_page(const page_settings& told, bool livemode, api::api_plan& into, log& lines) {
    if (told.folder.empty()) {
        return true;
    }
    const api::page_config config{told.publishable_key, told.stripe_js};
    const auto policy = api::page_policy(config.stripe_js);
    if (!policy) {
        lines.error("api.page.stripe_js is no URL");
        return false;
    }
    if (!config.publishable_key.empty() &&
        !api::is_publishable_key(config.publishable_key, livemode)) {
        lines.error("api.page.publishable_key is none of this mode", "livemode"_is(livemode));
        return false;
    }
    auto texts = api::read_page_folder(told.folder);
    if (!texts) {
        lines.error("api.page.folder is not whole", "file"_is(texts.error().name));
        return false;
    }
    into.page.emplace(*std::move(texts), config, *policy);
    return true;
}

// False: one of them is none; the log says which.
bool take_gate_answers(const std::string& told, api::api_plan& into, log& lines) {
    auto stated = api::stated_gates_in(told, feature_types(into.plans));
    if (!stated) {
        lines.error("api.gate_answers has what is none", "part"_is(stated.error()));
        return false;
    }
    into.gate_answers = *std::move(stated);
    return true;
}

exit_code serve(const settings& told, catalogue plans, log& lines) {
    if (stripe::livemode_of(told.stripe.secret_key).value_or(told.livemode) != told.livemode) {
        lines.error("stripe.secret_key is of the other mode", "livemode"_is(told.livemode));
        return exit_code::usage;
    }
    for (const auto& origin : api::origins_in(told.api.cors_origins)) {
        if (!api::is_origin(origin)) {
            lines.error("api.cors_origins has what is no origin");
            return exit_code::usage;
        }
    }
    const stop wish;
    metrics numbers;
    const auto key = key_in(told.access.key_file);
    if (!key) {
        lines.error("api.access.key_file cannot be read");
        return exit_code::usage;
    }
    api::running_authority doorman{
        told.access,
        *key,
        {[&lines](api::token_refusal why) { lines.debug("a token was refused", "why"_is(why)); },
             [&lines](const std::string& what) { lines.warning("the key set", "news"_is(what)); }}
    };
    auto plan = plan_from(told, std::move(plans));
    if (!take_page(told.page, told.livemode, plan, lines)) {
        return exit_code::usage;
    }
    if (!take_gate_answers(told.api.gate_answers, plan, lines)) {
        return exit_code::usage;
    }
    plan.can_believe = [&doorman] { return doorman.has_keys(); };
    api::api_service doors{std::move(plan), doorman, numbers, lines};
    lines.info(
        "serving",
        "address"_is(doors.address().address().to_string()),
        "port"_is(doors.address().port()),
        "admin_port"_is(doors.admin_port()),
        "threads"_is(told.api.threads)
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
            .process = process_kind::api,
            .purpose =
                "Standings, customers and payment links for the application's organizations.",
            .examples = "  billhook-api --config billhook.toml   serve until SIGTERM",
            .required = {"kafka.brokers", "database.url", "stripe.secret_key"}
    },
        argc,
        argv
    );
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return to_int(*code);
    }
    const auto& all = std::get<settings>(told);
    auto plans = read_plans_file(all.plans);
    if (!plans) {
        return to_int(exit_code::usage);
    }
    billhook::log lines{"api", all.level, all.format};
    try {
        return to_int(serve(all, std::move(plans->plans), lines));
    } catch (const cannot_listen& why) {
        lines.error("cannot listen", "cause"_is(why.what()));
        return to_int(exit_code::unreachable);
    } catch (const std::system_error& why) {
        lines.error("cannot listen at api.admin_listen", "cause"_is(why.code().message()));
        return to_int(exit_code::unreachable);
    } catch (const kafka::failure& why) {
        lines.error("Kafka's settings were refused", "cause"_is(why.what()));
        return to_int(exit_code::usage);
    } catch (const std::exception& why) {
        lines.error("cannot go on", "cause"_is(why.what()));
        return to_int(exit_code::usage);
    }
}
