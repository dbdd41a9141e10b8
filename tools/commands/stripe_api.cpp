#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/stop.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/scenario_flags.hpp"
#include "tools/commands/webhook_target.hpp"
#include "tools/simulator/events_api.hpp"
#include "tools/simulator/hosted_pages.hpp"
#include "tools/simulator/messenger.hpp"
#include "tools/simulator/selling_api.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <iterator>
#include <mutex>
#include <optional>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

instant now_to_the_second() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

exit_code serve_until_stopped(
    simulator::api_server::handler answer,
    std::uint16_t port,
    bool at_once
) {
    const stop ending;
    try {
        const simulator::api_server server(std::move(answer), port, at_once);
        tell("{}\n", server.base());
        std::fflush(stdout);
        while (!ending.wait_for(std::chrono::hours{1})) {
        }
    } catch (const boost::system::system_error& failed) {
        warn("--port: {}\n", failed.code().message());
        return exit_code::unreachable;
    }
    return exit_code::done;
}

exit_code show_lives(
    const scenario_flags& flags,
    const settings& given,
    simulator::events_api_settings api_settings,
    std::uint16_t port
) {
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto plans = plans_or_problems(input, given.plans);
    if (!plans) {
        return exit_code::usage;
    }
    const auto lives = simulator::make_scenario(flags.scenario, *plans);
    simulator::events_api api(lives, std::move(api_settings));
    return serve_until_stopped(
        [&](const simulator::api_call& call) { return api.answer(call); }, port, false
    );
}

// A price for each lookup key of a plan: by the year if its name ends so, else by the month; the
// higher the plan, the dearer.
std::vector<simulator::price> prices_of(const catalogue& plans) {
    constexpr std::int64_t monthly[] = {2'900, 7'900, 19'900};
    std::vector<simulator::price> made;
    for (std::size_t plan = 0; plan < plans.plans.size(); ++plan) {
        for (const std::string& key : plans.plans[plan].lookup_keys) {
            simulator::price one;
            one.id = "price_" + key;
            one.product = "prod_" + plans.plans[plan].key;
            one.lookup_key = key;
            one.name = plans.plans[plan].name;
            one.months = key.ends_with("yearly") ? 12 : 1;
            one.amount_minor = monthly[std::min(plan, std::size(monthly) - 1)];
            one.amount_minor *= one.months == 12 ? 10 : 1;
            made.push_back(std::move(one));
        }
    }
    return made;
}

// Each POST may end badly, in one of the ways in which Stripe does.
class bad_ends {
public:
    bad_ends(double share, std::uint64_t seed)
        : share_(share), random_(static_cast<std::minstd_rand::result_type>(seed)) {}

    [[nodiscard]] simulator::write_fault next() {
        using enum simulator::write_fault;
        constexpr simulator::write_fault kinds[] = {
            lost, failed, failed_done, rate_limited, locked};
        const std::lock_guard lock(guard_);
        const bool ends_badly = std::bernoulli_distribution(share_)(random_);
        return ends_badly ? kinds[random_() % std::size(kinds)] : none;
    }

private:
    double share_;
    std::mutex guard_;
    std::minstd_rand random_;
};

struct selling_flags {
    bool sells = false;
    bool bare = false;  // nothing is sold yet
    double faults = 0;  // share of POSTs that end badly
    std::uint64_t seed = 0;
    std::string url;  // where events go; empty: nowhere
    std::string secret;
};

// Whoever stops this wants it to end: a gateway that is away is not waited for as Stripe waits.
simulator::courier_settings courier_for(webhook_target target) {
    simulator::courier_settings where;
    where.url = std::move(target.url);
    where.key = std::move(target.key);
    where.connections = 1;
    where.attempts = 10;
    return where;
}

exit_code sell(
    const settings& given,
    const selling_flags& flags,
    const std::string& key,
    std::uint16_t port
) {
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto plans = plans_or_problems(input, given.plans);
    if (!plans) {
        return exit_code::usage;
    }
    bad_ends ends(flags.faults, flags.seed);
    simulator::selling_settings told;
    std::optional<simulator::messenger> events;
    if (!flags.url.empty()) {
        auto target = target_or_problem(flags.url, flags.secret, input.environment);
        if (!target) {
            return exit_code::usage;
        }
        events.emplace(courier_for(*std::move(target)), [](const simulator::delivered& lost) {
            warn("{}\n", refused_text(lost));
        });
        told.tell = [&events](std::vector<std::string> bodies) { events->take(std::move(bodies)); };
    }
    told.key = key;
    told.now = now_to_the_second;
    told.fault = [&](const simulator::api_call&) { return ends.next(); };
    if (!flags.bare) {
        told.prices = prices_of(*plans);
    }
    told.hosts_pages = true;
    simulator::selling_api api(std::move(told));
    simulator::hosted_pages pages(api);
    const auto answer = [&](const simulator::api_call& call) {
        const auto page = pages.answer(call);
        return page ? *page : api.answer(call);
    };
    return serve_until_stopped(answer, port, true);
}

}  // namespace

exit_code run_stripe_api(arguments given) {
    command_line line(
        "billhook stripe-api",
        "Serves the simulated Stripe's /v1 on loopback until it is stopped: events of the last 30\n"
        "days, customers, subscriptions, invoices and Checkout sessions of the lives that\n"
        "`billhook simulate` makes with the same --seed, --prefix, --until and plans. Prints its\n"
        "base, for STRIPE_API_BASE; any request needs --key. With --sells it begins empty, and\n"
        "customers, subscriptions and Checkout sessions can be made: each lookup key of the plans\n"
        "has its price, by the year if it ends in \"yearly\". Links to its Checkout, portal and "
        "invoices\n"
        "open as pages below /_stripe/, where what was sold is shown, too; with --url it posts "
        "the\n"
        "events of what happens there, signed with --secret (else STRIPE_WEBHOOK_SECRET).",
        "  billhook stripe-api --seed 7 --prefix a --until 2026-01-31T12:00:00Z --port 12111\n"
        "  STRIPE_API_BASE=http://127.0.0.1:12111 STRIPE_SECRET_KEY=sk_test_simulated0000000 \\\n"
        "      billhook backfill --since 30d\n"
    );
    scenario_flags flags;
    simulator::events_api_settings api;
    double faults = 0;
    std::uint16_t port = 0;
    selling_flags selling;
    add_flags(line.flags(), flags);
    line.flags().add_option("--port", port, "0: any free one").shown();
    line.flags().add_option("--key", api.key, "that a request must bring").shown();
    line.flags()
        .add_option("--faults", faults, "share of requests that end badly: 429, 5xx, cut")
        .within_share(0.0, 0.9)
        .shown();
    line.flags().add_flag(
        "--sells", selling.sells, "no lives: a new account that sells the plans, for billhook-api"
    );
    line.flags().add_flag(
        "--bare", selling.bare, "with --sells: no prices yet, for `billhook catalogue apply`"
    );
    line.flags().add_option("--url", selling.url, "with --sells: where its events are posted");
    line.flags().add_option("--secret", selling.secret, "that signs them");
    const auto read = line.read(std::move(given), {});
    if (const auto* code = std::get_if<exit_code>(&read)) {
        return *code;
    }
    if (!settle(flags)) {
        return exit_code::usage;
    }
    const auto& all = std::get<settings>(read);
    if (selling.sells) {
        selling.faults = faults;
        selling.seed = flags.scenario.seed;
        return sell(all, selling, api.key, port);
    }
    flags.scenario.livemode = all.livemode;
    api.livemode = all.livemode;
    api.now = now_to_the_second;
    api.seed = flags.scenario.seed;
    api.rate_limited = faults / 2;
    api.broken = faults / 4;
    api.cut = faults / 4;
    return show_lives(flags, all, std::move(api), port);
}

}  // namespace billhook
