// Subscription schedules of which nothing, or not the last word, came by webhooks.
#include "schemas/json/reader.hpp"
#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/recovery/healing.hpp"
#include "tools/recovery/reconcile.hpp"
#include "tools/simulator/disorder.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>
#include <vector>

namespace billhook::simulator {
namespace {

const instant end = from_unix_seconds(1'790'000'000);

// Lives with schedules whose events never came, but all others.
struct unscheduled {
    explicit unscheduled(std::uint64_t seed)
        : lives(make_scenario(
              {
                  .organizations = 40,
                  .months = 3,
                  .seed = seed,
                  .end = end,
                  .prefix = "Test",
                  .kinds =
                      {"change_scheduled",
                              "change_taken_back", "change_came",
                              "end_scheduled", "schedule_completed"}
    },
              plans
          )),
          worker(end) {
        auto all = plan_deliveries(lives, {.seed = seed});
        std::erase_if(all, [](const planned_delivery& each) {
            return each.body->find(R"("object":"subscription_schedule")") != std::string::npos;
        });
        worker.fold(all);
        worker.sweep(lives);
    }
    [[nodiscard]] comparison compared() const {
        return compare(lives, plans, worker.answers(lives, plans, end));
    }
    reconcile_report reconciled(bool heal) {
        simulated_stripe stripe(lives, end, 1, true);
        memory_holdings ours(worker.projection);
        fixed_clock time(end);
        reconcile pass({stripe.client, ours, worker, time}, false, {.heal = heal});
        pass.run([](const reconcile_report&) {});
        return pass.report();
    }

    catalogue plans = plans_for_tests();
    std::vector<organization_life> lives;
    memory_worker worker;
};

std::string shown_schedule(const std::string& status, int next) {
    return R"({"id":"s","status":")" + status +
           R"(","subscription":"sub_1","current_phase":{"start_date":100,"end_date":200},)"
           R"("phases":[{"start_date":200,"end_date":300,"items":[{"price":"p","quantity":)" +
           std::to_string(next) + "}]}]}";
}

// As Stripe shows it at that second.
std::optional<stripe::schedule_fact> read_at(const std::string& object, std::int64_t second) {
    const auto parsed = json::read(object);
    REQUIRE(parsed.has_value());
    return schedule_in({parsed->root(), from_unix_seconds(second), false});
}

struct row {
    std::string name;
    std::string ours;  // empty: nothing is held; told at second 1000
    std::string theirs;
    std::int64_t read_at;
    std::optional<divergence_cause> cause;
    bool settles;
};

}  // namespace

TEST_CASE("schedules: what never came is named and healed and is no news afterwards") {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
        CAPTURE(seed);
        unscheduled lost(seed);
        const auto differed = lost.compared().differences.size();
        CHECK(differed > 5);
        const auto first = lost.reconciled(true);
        CHECK(first.schedules > 20);
        INFO(to_text(lost.compared()));
        CHECK(lost.compared().differences.empty());
        std::size_t missed = 0;
        for (const divergence& each : first.divergences) {
            if (each.kind == recovered_kind::subscription_schedule) {
                CHECK(each.cause == divergence_cause::missed);
                CHECK(each.healed);
                ++missed;
            }
        }
        CHECK(missed >= differed);
        CHECK(lost.reconciled(true).divergences.empty());
    }
}

TEST_CASE("schedules: by what is held and what Stripe shows the cause and whether it is healed") {
    const auto active = shown_schedule("active", 1);
    const auto more = shown_schedule("active", 2);
    const auto over = shown_schedule("released", 1);
    const row rows[] = {
        {"never heard of",               "",     active, 2000, divergence_cause::missed, true },
        {"never heard of and over",      "",     over,   2000, std::nullopt,             true },
        {"as it is",                     active, active, 2000, std::nullopt,             true },
        {"over for both",                over,   over,   2000, std::nullopt,             true },
        {"another phase",                active, more,   2000, divergence_cause::missed, true },
        {"over since",                   active, over,   2000, divergence_cause::missed, true },
        {"over before it was told of",   active, over,   900,  divergence_cause::missed, true },
        {"news of a later second",       active, more,   900,  std::nullopt,             true },
        {"over and yet shown as active", over,   active, 2000, divergence_cause::stale,  false},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto ours = each.ours.empty() ? std::nullopt : read_at(each.ours, 1000);
        const auto* const held = ours ? &*ours : nullptr;
        const auto theirs = read_at(each.theirs, each.read_at);
        REQUIRE(theirs.has_value());
        CHECK(divergence_of(held, *theirs, {}) == each.cause);
        if (each.cause) {
            const auto parsed = json::read(each.theirs);
            const shown what{parsed->root(), from_unix_seconds(each.read_at), false};
            CHECK(healing_of(what, held).settles == each.settles);
            CHECK(
                divergence_of(held, *theirs, {.dead_letter = true}) ==
                (each.settles ? divergence_cause::dead_letter : each.cause)
            );
        }
    }
}

}  // namespace billhook::simulator
