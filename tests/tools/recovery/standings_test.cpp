// Whoever lost events and healed stands as whoever lost none, to the last date; or the next pass
// names what differs.
#include "schemas/json/writer.hpp"
#include "tests/tools/recovery/installation.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/dunning_case.hpp"
#include "worker/domain/standing_json.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

std::string words(const standing& of) {
    json::writer out;
    add_standing(out, of);
    return out.take();
}

// A charge and what Stripe makes of its failure are seconds apart, of which an object shows one.
bool is_as_good(standing is, const standing& should) {
    const auto even = [](std::optional<instant>& date, const std::optional<instant>& other) {
        if (date && other && *date - *other < same_attempt && *other - *date < same_attempt) {
            date = other;
        }
    };
    even(is.grace_until, should.grace_until);
    even(is.restricted_until, should.restricted_until);
    even(is.next_change_at, should.next_change_at);
    return is == should;
}

bool is_named(const reconcile_report& left, const standing& should) {
    return std::ranges::any_of(left.divergences, [&](const divergence& each) {
        return (should.subscription && each.object == should.subscription->text()) ||
               (should.customer && each.object == should.customer->text());
    });
}

// Nothing, or what differs on the first of some days, each as long after the end as it says.
std::string difference(
    const gappy& lives,
    const gappy& whole,
    const organization_life& of,
    const reconcile_report& left
) {
    const auto facts = lives.worker.projection.load(of.organization);
    const auto all_facts = whole.worker.projection.load(of.organization);
    for (const auto after : {1h, 24h * 2, 24h * 5, 24h * 9, 24h * 16, 24h * 40}) {
        const auto at = lives.end + after;
        const auto is = assess(facts, lives.plans, at);
        const auto should = assess(all_facts, lives.plans, at);
        if (!is_as_good(is, should) && !is_named(left, should)) {
            return of.name + "\n" + words(is) + "\n" + words(should);
        }
    }
    return "";
}

}  // namespace

TEST_CASE("recovery: who healed stands as who lost nothing") {
    const auto all = extent_asked({.seeds = 3, .organizations = 100, .first = 41});
    for (std::uint64_t seed = all.first; seed < all.first + all.seeds; ++seed) {
        CAPTURE(seed);
        random_source random(seed);
        const gappy::gap lost{
            .share = random.chance(0.3) ? 1 : random.fraction() / 2,
            .from = days{1 + static_cast<int>(random.fraction() * 120)},
            .to = days{random.chance(0.5) ? 0 : static_cast<int>(random.fraction() * 30)}};
        gappy lives(seed, all.organizations, lost);
        gappy whole(seed, all.organizations, {.share = 0});
        installation(whole, seed).heal();
        const auto left = installation(lives, seed).heal();
        lives.list_what_is_named();
        for (const auto& each : lives.lives) {
            CHECK(difference(lives, whole, each, left) == "");
        }
    }
}

}  // namespace billhook::simulator
