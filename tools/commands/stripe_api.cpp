#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/stop.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/scenario_flags.hpp"
#include "tools/simulator/events_api.hpp"

#include <boost/system/system_error.hpp>

#include <chrono>

namespace billhook {

namespace {

instant now_to_the_second() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

exit_code serve(
    const scenario_flags& flags,
    const settings& given,
    simulator::events_api_settings api_settings,
    std::uint16_t port
) {
    const stop ending;
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto plans = plans_or_problems(input, given.plans);
    if (!plans) {
        return exit_code::usage;
    }
    const auto lives = simulator::make_scenario(flags.scenario, *plans);
    simulator::events_api api(lives, std::move(api_settings));
    try {
        const simulator::api_server server(
            [&](const simulator::api_call& call) { return api.answer(call); }, port
        );
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

}  // namespace

exit_code run_stripe_api(arguments given) {
    command_line line(
        "billhook stripe-api",
        "Serves the simulated Stripe's /v1 on loopback until it is stopped: events of the last 30\n"
        "days, customers, subscriptions, invoices and Checkout sessions of the lives that\n"
        "`billhook simulate` makes with the same --seed, --prefix, --until and plans. Prints its\n"
        "base, for STRIPE_API_BASE; any request needs --key.",
        "  billhook stripe-api --seed 7 --prefix a --until 2026-01-31T12:00:00Z --port 12111\n"
        "  STRIPE_API_BASE=http://127.0.0.1:12111 STRIPE_SECRET_KEY=sk_test_simulated0000000 \\\n"
        "      billhook backfill --since 30d\n"
    );
    scenario_flags flags;
    simulator::events_api_settings api;
    double faults = 0;
    std::uint16_t port = 0;
    add_flags(line.flags(), flags);
    line.flags().add_option("--port", port, "0: any free one").shown();
    line.flags().add_option("--key", api.key, "that a request must bring").shown();
    line.flags()
        .add_option("--faults", faults, "share of requests that end badly: 429, 5xx, cut")
        .within_share(0.0, 0.9)
        .shown();
    const auto read = line.read(std::move(given), {});
    if (const auto* code = std::get_if<exit_code>(&read)) {
        return *code;
    }
    if (!settle(flags)) {
        return exit_code::usage;
    }
    const auto& all = std::get<settings>(read);
    flags.scenario.livemode = all.livemode;
    api.livemode = all.livemode;
    api.now = now_to_the_second;
    api.seed = flags.scenario.seed;
    api.rate_limited = faults / 2;
    api.broken = faults / 4;
    api.cut = faults / 4;
    return serve(flags, all, std::move(api), port);
}

}  // namespace billhook
