// Backfill and heal in every order, over accounts whose history is older in part than what Stripe
// still lists. What only the lost events told cannot come back, and has to be named: the lookup key
// that a price had before it was moved. Whoever lists such a price by its id, as he is told to, has
// Stripe's truth everywhere.
#include "tests/tools/recovery/installation.hpp"

#include <doctest/doctest.h>

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

}  // namespace billhook::simulator
