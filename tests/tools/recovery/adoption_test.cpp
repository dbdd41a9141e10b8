// Accounts with three months of history, of which Stripe lists the last: taken over, and watched
// for some weeks.
#include "tools/recovery/adoption.hpp"

#include "schemas/plans/read_plans.hpp"
#include "tests/tools/recovery/installation.hpp"
#include "tools/recovery/price_list.hpp"
#include "tools/recovery/publication.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <vector>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

constexpr gappy::gap everything{.share = 1, .from = days{4'000}, .to = {}};

using told = std::tuple<std::string, std::string, std::string>;  // organization, kind, step

// What is sent at `now` to all of them, if mails begin at `since`.
std::multiset<told> sent_at(gappy& lives, instant now, instant since) {
    std::vector<organization_facts> all;
    for (const auto& life : lives.lives) {
        all.push_back(lives.worker.projection.load(life.organization));
        all.back().notices_since = since;
    }
    const auto next = assess_each(all, lives.plans, now);
    lives.worker.projection.store(next);
    std::multiset<told> sent;
    for (const due_notice& each : next.notices) {
        if (each.sent) {
            sent.emplace(
                each.sent->organization.text(), std::string(to_word(each.kind)), each.sent->step
            );
        }
    }
    return sent;
}

std::string words(const std::multiset<told>& all) {
    std::string text;
    for (const auto& [organization, kind, step] : all) {
        text += organization + ' ' + kind + ' ' + step + '\n';
    }
    return text;
}

}  // namespace

TEST_CASE("adoption: nobody is told of the past and all of the future") {
    const auto all = extent_asked({.seeds = 2, .organizations = 150});
    for (std::uint64_t seed = all.first; seed < all.first + all.seeds; ++seed) {
        CAPTURE(seed);
        gappy lives(seed, all.organizations, everything);
        gappy all_along(seed, all.organizations, {.share = 0});
        installation of(lives, seed);
        const auto first = of.adopt();
        CHECK(first.events.published > 0);
        CHECK(first.readings > 0);
        lives.list_what_is_named();
        all_along.plans = lives.plans;
        CHECK(words(sent_at(lives, lives.end, lives.end)).empty());
        CHECK(words(sent_at(all_along, lives.end, lives.end)).empty());
        std::size_t sent = 0;
        for (auto after = 6h; after < 24h * 30; after += 6h) {
            CAPTURE(after.count());
            const auto now = lives.end + after;
            const auto expected = sent_at(all_along, now, lives.end);
            CHECK(words(sent_at(lives, now, lives.end)) == words(expected));
            sent += expected.size();
        }
        CHECK(sent > 10);
    }
}

TEST_CASE("adoption: killed at any moment and begun anew it ends alike") {
    random_source random(7);
    const auto all = extent_asked({.seeds = 2, .organizations = 60, .first = 11});
    for (std::uint64_t seed = all.first; seed < all.first + all.seeds; ++seed) {
        CAPTURE(seed);
        gappy lives(seed, all.organizations, everything);
        installation of(lives, seed);
        for (int deaths = 0; deaths < 5; ++deaths) {
            try {
                of.adopt(1 + static_cast<std::size_t>(random.fraction() * 400));
            } catch (const not_published&) {
            }
        }
        of.adopt();
        lives.list_what_is_named();
        INFO(to_text(lives.compared()));
        const auto published = lives.worker.published.size();
        const auto again = of.adopt();
        CHECK(again.events.published == 0);
        CHECK(again.readings == 0);
        CHECK(again.passes == 1);
        CHECK(again.last.open() == 0);
        CHECK(lives.unnamed(again.last).empty());
        CHECK(lives.worker.published.size() == published);
    }
}

TEST_CASE("adoption: the draft of the plans lists every price of the account") {
    gappy lives(21, 60, everything);
    installation of(lives, 21);
    const auto prices = read_prices(of.api());
    REQUIRE(prices.size() > 2);
    const auto read = read_plans(proposed_plans(prices));
    REQUIRE(read.has_value());
    for (const account_price& each : prices) {
        CAPTURE(each.id);
        const auto listed = read->listing_of(
            {.price = each.id, .product = each.product, .lookup_key = each.lookup_key}
        );
        CHECK(listed.plan.has_value());
    }
}

}  // namespace billhook::simulator
