#include "tools/recovery/backfill.hpp"

#include "tests/tools/recovery/simulated_stripe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

struct run {
    std::optional<stripe::refusal> refused;
    backfill_report report;
};

run backfilled(gappy& from, simulated_stripe& stripe, const backfill_request& what) {
    memory_journal books(from.worker.projection);
    fixed_clock time(from.end);
    run made;
    made.refused = backfill(
        {stripe.client, books, from.worker, time}, what, made.report, [](const backfill_report&) {}
    );
    return made;
}

backfill_request everything(const gappy& of) {
    return {.from = of.end - days{29}, .to = {}, .types = {}, .resume = {}};
}

}  // namespace

TEST_CASE("backfill: what was never delivered comes out of Stripe's list") {
    std::size_t differed = 0;
    for (std::uint64_t seed = 1; seed <= 3; ++seed) {
        CAPTURE(seed);
        gappy lives(seed, 120, {.share = 0.05});
        differed += lives.compared().differences.size();
        simulated_stripe stripe(lives.lives, lives.end, seed, true);
        const auto made = backfilled(lives, stripe, everything(lives));
        CHECK_FALSE(made.refused.has_value());
        CHECK(made.report.published > 0);
        CHECK(made.report.published == lives.worker.published.size());
        CHECK(made.report.listed == made.report.known + made.report.published);
        CHECK(made.report.pages > 2);
        CHECK(lives.compared().differences.empty());
        // The faults were met, and outlived.
        CHECK(stripe.client.requests() > made.report.pages);

        const auto again = backfilled(lives, stripe, everything(lives));
        CHECK(again.report.listed == made.report.listed);
        CHECK(again.report.published == 0);
    }
    // Without this the test proved nothing.
    CHECK(differed > 5);
}

TEST_CASE("backfill: a record says where it came from and is keyed as the gateway would") {
    gappy lives(5, 40, {.share = 0.2});
    simulated_stripe stripe(lives.lives, lives.end, 5, false);
    backfilled(lives, stripe, everything(lives));
    REQUIRE_FALSE(lives.worker.published.empty());
    for (const message& each : lives.worker.published) {
        CHECK(each.topic == "stripe.events");
        const auto what = record_from(each.key, each.value, each.headers, {});
        CHECK(what.source == record_source_kind::backfill);
        CHECK(what.event_id.has_value());
        CHECK(what.event_type.has_value());
        CHECK(what.received_at == lives.end);
        CHECK_FALSE(what.stripe_signature.has_value());
        CHECK(each.key.rfind("cus_", 0) == 0);
    }
}

TEST_CASE("backfill: only what was asked for is listed") {
    gappy lives(7, 40, {.share = 0.2});
    simulated_stripe stripe(lives.lives, lives.end, 7, false);
    backfill_request what{
        .from = lives.end - days{20},
        .to = lives.end - days{10},
        .types = {"invoice.paid", "customer.subscription.updated"},
        .resume = {}
    };
    const auto made = backfilled(lives, stripe, what);
    REQUIRE(made.report.published > 0);
    for (const message& each : lives.worker.published) {
        const auto parsed = stripe::parse_event(each.value);
        REQUIRE(parsed.has_value());
        const bool is_asked =
            parsed->type == "invoice.paid" || parsed->type == "customer.subscription.updated";
        CHECK(is_asked);
        CHECK(*parsed->created >= what.from);
        CHECK(*parsed->created <= *what.to);
    }
}

TEST_CASE("backfill: an interrupted walk goes on where it was") {
    gappy whole(8, 60, {.share = 0.2});
    simulated_stripe stripe(whole.lives, whole.end, 8, false);
    const auto all = backfilled(whole, stripe, everything(whole));
    REQUIRE(all.report.pages > 4);

    gappy parts(8, 60, {.share = 0.2});
    memory_journal books(parts.worker.projection);
    fixed_clock time(parts.end);
    struct enough {};
    std::size_t listed = 0;
    std::size_t runs = 0;
    auto what = everything(parts);
    for (bool done = false; !done; ++runs) {
        backfill_report report;
        try {
            std::ignore = backfill(
                {stripe.client, books, parts.worker, time},
                what,
                report,
                [](const backfill_report&) { throw enough{}; }
            );
            done = true;
        } catch (const enough&) {
            CHECK(report.pages == 1);
        }
        listed += report.listed;
        what.resume = *position_from(to_text(report.reached));
    }
    CHECK(runs == all.report.pages + 1);
    CHECK(listed == all.report.listed);
    CHECK(parts.worker.published.size() == whole.worker.published.size());
    CHECK(parts.compared().differences.empty());
}

TEST_CASE("backfill: what Stripe refuses is told") {
    gappy lives(9, 10, {.share = 0.2});
    simulated_stripe stripe(lives.lives, lives.end, 9, false);
    auto what = everything(lives);
    what.resume = {0, "evt_unknown"};
    const auto made = backfilled(lives, stripe, what);
    REQUIRE(made.refused.has_value());
    CHECK(made.refused->status == 400);
    CHECK(made.report.reached == what.resume);
    CHECK(lives.worker.published.empty());
}

TEST_CASE("backfill: a position has one text") {
    CHECK(to_text(backfill_position{1, "evt_1"}) == "1:evt_1");
    CHECK(position_from("1:evt_1") == backfill_position{1, "evt_1"});
    CHECK(position_from("0:") == backfill_position{});
    for (const char* wrong : {"", "evt_1", "1", "x:evt_1", "-1:evt_1"}) {
        CAPTURE(wrong);
        CHECK_FALSE(position_from(wrong).has_value());
    }
}

}  // namespace billhook::simulator
