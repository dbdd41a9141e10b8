#include "tools/recovery/reconcile.hpp"

#include "schemas/messages/reading.hpp"
#include "tests/tools/recovery/simulated_stripe.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

// Of these 8 none is left; of the first 500, which are tried by hand, one organization of 60,000
// is: its turn to past_due and its next renewal were lost, and a write-off lies between the two,
// which may have ended its case (worker/insight/delinquency.hpp).
constexpr std::uint64_t seeds = 8;

reconcile_report reconciled(gappy& lives, simulated_stripe& stripe, bool heal) {
    memory_holdings ours(lives.worker.projection);
    fixed_clock time(lives.end);
    reconcile pass({stripe.client, ours, lives.worker, time}, false, {.heal = heal});
    pass.run([](const reconcile_report&) {});
    return pass.report();
}

// Whatever came by webhooks, the whole life of the account is gone from Stripe's list of events.
constexpr gappy::gap old{.share = 0.05, .from = days{4'000}, .to = days{0}};

std::size_t count(const reconcile_report& of, divergence_cause why) {
    return static_cast<std::size_t>(std::ranges::count(of.divergences, why, &divergence::cause));
}

}  // namespace

TEST_CASE("reconcile: heals what no list of events has any more and names what was lost") {
    std::size_t differed = 0;
    std::size_t missed = 0;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
        CAPTURE(seed);
        gappy lives(seed, 120, old);
        differed += lives.compared().differences.size();
        simulated_stripe stripe(lives.lives, lives.end, seed, true);
        const auto first = reconciled(lives, stripe, true);
        CHECK(first.published == lives.worker.published.size());
        INFO(to_text(lives.compared()));
        // The key that a price had before it was moved, only lost events told: that it is listed
        // nowhere is said then.
        for (const answer_difference& each : lives.compared().differences) {
            CHECK(each.shown->unlisted);
        }
        lives.list_what_is_named();
        CHECK(lives.compared().differences.empty());

        const auto lost = lives.lost();
        const auto unheard = lives.unheard();
        const auto failed_unheard = lives.failed_unheard();
        for (const divergence& each : first.divergences) {
            CAPTURE(each.object);
            CAPTURE(to_word(each.cause));
            CHECK(each.cause != divergence_cause::dead_letter);
            CHECK(each.cause != divergence_cause::unreadable);
            CHECK(each.cause != divergence_cause::gone);
            if (each.cause == divergence_cause::missed) {
                // Why it was paused, its invoice's failure may be all that tells.
                CHECK(
                    (lost.contains(each.object) || unheard.contains(each.object) ||
                     failed_unheard.contains(each.object))
                );
                CHECK(each.healed);
                ++missed;
            }
        }
        const auto second = reconciled(lives, stripe, false);
        CHECK(count(second, divergence_cause::missed) == 0);
        CHECK(count(second, divergence_cause::ambiguous) == 0);
    }
    CHECK(differed > 5);
    CHECK(missed > 20);
}

TEST_CASE("reconcile: where nothing was lost nothing was missed") {
    gappy lives(11, 120, {.share = 0});
    REQUIRE(lives.compared().differences.empty());
    simulated_stripe stripe(lives.lives, lives.end, 11, false);
    const auto made = reconciled(lives, stripe, true);
    CHECK(made.customers > 80);
    CHECK(made.subscriptions > 80);
    CHECK(made.invoices > 10);
    const auto unheard = lives.unheard();
    for (const divergence& each : made.divergences) {
        CAPTURE(each.object);
        const bool is_of_order =
            each.cause == divergence_cause::ambiguous || each.cause == divergence_cause::stale ||
            each.cause == divergence_cause::misnamed || each.cause == divergence_cause::untold ||
            (each.cause == divergence_cause::missed && unheard.contains(each.object));
        CHECK_MESSAGE(is_of_order, to_word(each.cause));
    }
    CHECK(lives.compared().differences.empty());
}

TEST_CASE("reconcile: without being told to heal it publishes nothing") {
    gappy lives(12, 60, old);
    simulated_stripe stripe(lives.lives, lives.end, 12, false);
    const auto made = reconciled(lives, stripe, false);
    CHECK_FALSE(made.divergences.empty());
    for (const divergence& each : made.divergences) {
        CHECK_FALSE(each.healed);
    }
    CHECK(made.published == 0);
    CHECK(lives.worker.published.empty());
}

TEST_CASE("reconcile: a record is an event of Stripe's time with an id of its own") {
    gappy lives(13, 60, old);
    simulated_stripe stripe(lives.lives, lives.end, 13, false);
    reconciled(lives, stripe, true);
    REQUIRE_FALSE(lives.worker.published.empty());
    for (const message& each : lives.worker.published) {
        const auto what = record_from(each.key, each.value, each.headers, {});
        CHECK(what.source == record_source_kind::reconcile);
        CHECK(is_reading(event_id(what.event_id.value_or(""))));
        const auto parsed = stripe::parse_event(each.value);
        REQUIRE(parsed.has_value());
        CHECK(parsed->said.index() != 0);
        CHECK(*parsed->created <= lives.end);
    }
}

TEST_CASE("reconcile: an object that a dead letter is about died rather than got lost") {
    gappy lives(14, 60, old);
    simulated_stripe stripe(lives.lives, lives.end, 14, false);
    memory_holdings ours(lives.worker.projection);
    fixed_clock time(lives.end);
    for (const auto& [object, types] : lives.lost()) {
        ours.dead.insert(object);
    }
    reconcile pass({stripe.client, ours, lives.worker, time}, false, {});
    pass.run([](const reconcile_report&) {});
    CHECK(count(pass.report(), divergence_cause::dead_letter) > 0);
    CHECK(count(pass.report(), divergence_cause::missed) == 0);
}

TEST_CASE("reconcile: what Stripe does not have is told and left") {
    gappy lives(15, 20, {.share = 0});
    gappy others(16, 5, {.share = 0});
    simulated_stripe stripe(others.lives, others.end, 15, false);
    // Healing would bring the others' lives to organizations of the same names.
    const auto made = reconciled(lives, stripe, false);
    CHECK(count(made, divergence_cause::gone) > 10);
    CHECK(lives.compared().differences.empty());
}

TEST_CASE("reconcile: a customer that only a row names and Stripe never had fails no pass") {
    gappy lives(18, 120, {.share = 0});
    simulated_stripe stripe(lives.lives, lives.end, 18, false);
    const auto first = reconciled(lives, stripe, true);
    const auto misnamed = count(first, divergence_cause::misnamed);
    REQUIRE(misnamed > 0);
    for (const divergence& each : first.divergences) {
        CHECK(each.object.ends_with("before") == (each.cause == divergence_cause::misnamed));
        CHECK((each.healed || each.cause == divergence_cause::misnamed));
    }
    const auto second = reconciled(lives, stripe, true);
    CHECK(count(second, divergence_cause::misnamed) == misnamed);
    CHECK(second.divergences.size() == misnamed);
    CHECK(second.open() == 0);
}

TEST_CASE("reconcile: nothing is healed from an account that has none of our customers") {
    gappy lives(15, 20, old);
    gappy others(16, 5, {.share = 0});
    simulated_stripe stripe(others.lives, others.end, 15, false);
    CHECK_THROWS_AS(reconciled(lives, stripe, true), stripe::failure);
    CHECK(lives.worker.published.empty());
    memory_holdings ours(lives.worker.projection);
    fixed_clock time(lives.end);
    reconcile meant(
        {stripe.client, ours, lives.worker, time}, false, {.heal = true, .another_account = true}
    );
    meant.run([](const reconcile_report&) {});
    CHECK(meant.report().published > 0);

    // Where nothing is held yet, everything is new.
    gappy none(17, 5, {.share = 1, .from = days{4'000}});
    simulated_stripe first(others.lives, others.end, 17, false);
    CHECK(reconciled(none, first, true).published > 0);
}

}  // namespace billhook::simulator
