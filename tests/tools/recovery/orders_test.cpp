// Backfill and heal in every order, over accounts whose history is older in part than what Stripe
// still lists. What only the lost events told cannot come back, and has to be named: the lookup key
// that a price had before it was moved. Whoever lists such a price by its id, as he is told to, has
// Stripe's truth everywhere.
#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tools/recovery/reconcile.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

class recovery {
public:
    recovery(gappy& lives, std::uint64_t seed)
        : lives_(lives),
          stripe_(lives.lives, lives.end, seed, true),
          ours_(lives.worker.projection),
          books_(lives.worker.projection),
          time_(lives.end) {}

    // 'H' is heal, 'B' backfill, 'C' one of new customers alone; one after the other.
    void run(std::string_view steps) {
        for (const char step : steps) {
            if (step != 'H') {
                backfill_report report;
                const auto refused = backfill(
                    {stripe_.client, books_, lives_.worker, time_},
                    {.from = lives_.end - days{30},
                     .to = {},
                     .types = step == 'C' ? std::vector<std::string>{"customer.created"}
                                          : std::vector<std::string>{},
                     .resume = {}},
                    report,
                    [](const backfill_report&) {}
                );
                CHECK_FALSE(refused);
            } else {
                static_cast<void>(reconciled(true));
            }
            lives_.worker.sweep(lives_.lives);
        }
    }
    [[nodiscard]] reconcile_report reconciled(bool heal) {
        reconcile pass({stripe_.client, ours_, lives_.worker, time_}, false, {.heal = heal});
        pass.run([](const reconcile_report&) {});
        return pass.report();
    }

private:
    gappy& lives_;
    simulated_stripe stripe_;
    memory_holdings ours_;
    memory_journal books_;
    fixed_clock time_;
};

}  // namespace

TEST_CASE("recovery: heal and backfill in any order leave Stripe's truth") {
    const auto all = extent_asked({2, 100});
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
        for (std::uint64_t seed = 1; seed <= all.seeds; ++seed) {
            CAPTURE(each.name);
            CAPTURE(each.steps);
            CAPTURE(seed);
            gappy lives(seed, all.organizations, each.lost);
            recovery of(lives, seed);
            of.run(each.steps);
            lives.list_what_is_named();
            INFO(to_text(lives.compared()));
            CHECK(lives.compared().differences.empty());
            const auto left = of.reconciled(true);
            CHECK(left.published == 0);
            for (const divergence& one : left.divergences) {
                CAPTURE(one.object);
                CHECK_MESSAGE(one.cause == divergence_cause::misnamed, to_word(one.cause));
            }
        }
    }
}

}  // namespace billhook::simulator
