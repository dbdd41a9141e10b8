// Backfill and heal in every order, also while webhooks come, over accounts whose history is older
// in part than what Stripe still lists. What only the lost events told cannot come back, and has to
// be named: the lookup key that a price had before it was moved. Whoever lists such a price by its
// id, as he is told to, has Stripe's truth everywhere.
#include "tests/tools/recovery/installation.hpp"
#include "tools/simulator/disorder.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {
namespace {

using std::chrono::days;

// 'H' is heal, 'B' backfill, 'C' one of new customers alone; one after the other.
void run(installation& on, std::string_view steps) {
    for (const char step : steps) {
        if (step == 'H') {
            on.reconcile(true);
        } else if (step == 'C') {
            on.backfill({"customer.created"});
        } else {
            on.backfill();
        }
    }
}

}  // namespace

TEST_CASE("recovery: heal and backfill in any order leave Stripe's truth") {
    const auto all = extent_asked({.seeds = 2, .organizations = 100});
    struct row {
        const char* name;
        const char* steps;
        gappy::gap lost;
    };
    const row rows[] = {
        {"a tenth was lost",                   "HBH",  {.share = 0.1, .from = days{4'000}, .to = {}}},
        {"a tenth was lost",                   "BHH",  {.share = 0.1, .from = days{4'000}, .to = {}}},
        {"all is new",                         "HBH",  {.share = 1, .from = days{4'000}, .to = {}}  },
        {"all is new, found by its customers", "CHBH", {.share = 1, .from = days{4'000}, .to = {}}  },
        {"all is new",                         "BHH",  {.share = 1, .from = days{4'000}, .to = {}}  },
    };
    for (const row& each : rows) {
        for (std::uint64_t seed = all.first; seed < all.first + all.seeds; ++seed) {
            CAPTURE(each.name);
            CAPTURE(each.steps);
            CAPTURE(seed);
            gappy lives(seed, all.organizations, each.lost);
            installation of(lives, seed);
            run(of, each.steps);
            lives.list_what_is_named();
            INFO(to_text(lives.compared()));
            const auto left = of.reconcile(true);
            CHECK(left.published == 0);
            CHECK(lives.unnamed(left).empty());
            for (const divergence& one : left.divergences) {
                CAPTURE(one.object);
                CHECK_MESSAGE(!one.open(), to_word(one.cause));
            }
        }
    }
}

// Nothing is lost, so nothing is excused: what was concluded before a webhook came has to give way.
TEST_CASE("recovery: healed again and again while webhooks are under way leaves Stripe's truth") {
    constexpr std::size_t passes = 8;
    const auto all = extent_asked({.seeds = 1, .organizations = 200, .first = 6});
    for (std::uint64_t seed = all.first; seed < all.first + all.seeds; ++seed) {
        CAPTURE(seed);
        gappy lives(seed, all.organizations, {.share = 1, .from = days{4'000}, .to = {}});
        const auto late = plan_deliveries(lives.lives, {.seed = seed + 1});
        std::span<const planned_delivery> left(late);
        for (std::size_t pass = 1; pass <= passes; ++pass) {
            const auto come = left.size() / (passes + 1 - pass);
            lives.worker.fold(left.first(come));
            left = left.subspan(come);
            lives.end += std::chrono::seconds{1};  // of one second there is one reading
            installation(lives, seed).reconcile(true);
        }
        lives.list_what_is_named();
        const auto seen = lives.compared();
        INFO(to_text(seen));
        CHECK(seen.differences.empty());
    }
}

}  // namespace billhook::simulator
