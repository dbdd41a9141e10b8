#include "worker/insight/divergence.hpp"

#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

using builders::life;
using cause = divergence_cause;

template <class Fact>
std::vector<Fact> facts_of(std::string_view lines) {
    std::vector<Fact> facts;
    for (const auto& one : life(lines)) {
        if (const auto* fact = std::get_if<Fact>(&std::get<stripe::event>(one.what.what).said)) {
            facts.push_back(*fact);
        }
    }
    return facts;
}

// `theirs` is one more line, which carries on what `ours` said.
template <class Fact>
std::string cause_of(
    const std::string& ours,
    const std::string& theirs,
    const object_context& around
) {
    auto held = facts_of<Fact>(ours + theirs);
    REQUIRE_FALSE(held.empty());
    const Fact shown = held.back();
    held.pop_back();
    const auto why = divergence_of(std::span<const Fact>(held), shown, around);
    return why ? std::string(to_word(*why)) : "agrees";
}

struct row {
    const char* name;
    std::string ours;
    std::string theirs;
    const char* cause;
    object_context around{};
};

// clang-format off
const std::string basic = "a d0 00:00 sub_1 created active plan=basic period=0-30\n";
const std::string same_second =
    basic + "b d5 00:00 sub_1 updated past_due\nc d5 00:00 sub_1 updated unpaid\n";
// clang-format on

}  // namespace

TEST_CASE("divergence: the cause of a difference of a subscription") {
    // clang-format off
    const row rows[] = {
        {"nothing is held", "", "s d9 00:00 sub_1 updated active plan=basic period=0-30", "missed"},
        {"nothing is held but a dead letter", "", "s d9 00:00 sub_1 updated active plan=basic period=0-30", "dead_letter", {.dead_letter = true}},
        {"the same", basic, "s d9 00:00 sub_1 updated active plan=basic period=0-30", "agrees"},
        {"the same of nobody", basic, "s d9 00:00 sub_1 updated active plan=basic period=0-30", "unmapped", {.mapped = false}},
        {"another status", basic, "s d9 00:00 sub_1 updated past_due plan=basic period=0-30", "missed"},
        {"another status and a dead letter", basic, "s d9 00:00 sub_1 updated past_due plan=basic period=0-30", "dead_letter", {.dead_letter = true}},
        {"another status of nobody", basic, "s d9 00:00 sub_1 updated past_due plan=basic period=0-30", "missed", {.mapped = false}},
        {"another plan", basic, "s d9 00:00 sub_1 updated active plan=enterprise period=0-30", "missed"},
        {"another period", basic, "s d9 00:00 sub_1 updated active plan=basic period=0-31", "missed"},
        {"another latest invoice", basic, "s d9 00:00 sub_1 updated active plan=basic period=0-30 latest=in_9", "missed"},
        {"news that Stripe's reply did not know", basic + "b d9 00:01 sub_1 updated past_due\n", "s d9 00:00 sub_1 updated active plan=basic period=0-30", "agrees"},
        {"news of an end that the reply shows nevertheless", basic + "b d9 00:01 sub_1 updated past_due\n", "s d9 00:00 sub_1 deleted canceled plan=basic period=0-30", "missed"},
        {"canceled by a status and by a deletion", basic + "b d5 00:00 sub_1 updated canceled\n", "s d9 00:00 sub_1 deleted active plan=basic", "agrees"},
        {"ended in two ways", basic + "b d5 00:00 sub_1 updated incomplete_expired\n", "s d9 00:00 sub_1 deleted canceled plan=basic", "missed"},
        {"one of a second that has no order", same_second, "s d9 00:00 sub_1 updated past_due plan=basic period=0-30", "ambiguous"},
        {"the other of that second", same_second, "s d9 00:00 sub_1 updated unpaid plan=basic period=0-30", "ambiguous"},
        {"none of that second", same_second, "s d9 00:00 sub_1 updated active plan=enterprise period=0-30", "missed"},
        {"true once and true again", basic + "b d5 00:00 sub_1 updated past_due\n", "s d9 00:00 sub_1 updated active plan=basic period=0-30", "missed"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        CHECK(
            cause_of<stripe::subscription_fact>(each.ours, each.theirs, each.around) == each.cause
        );
    }
}

TEST_CASE("divergence: what was told a moment before something else came in a wrong order") {
    auto facts = facts_of<stripe::subscription_fact>(
        basic +
        "b d5 00:00 sub_1 updated past_due\nc d5 00:01 sub_1 updated active\n"
        "s d9 00:00 sub_1 updated past_due\n"
    );
    const auto theirs = facts.back();
    facts.pop_back();
    const std::span<const stripe::subscription_fact> ours(facts);
    CHECK(divergence_of(ours, theirs, {}) == cause::missed);
    facts[2].created -= std::chrono::seconds{30};
    CHECK(divergence_of(ours, theirs, {}) == cause::stale);
}

TEST_CASE("divergence: the cause of a difference of an invoice") {
    const std::string open = "a d0 00:00 in_1 finalized open sub=sub_1\n";
    // clang-format off
    const row rows[] = {
        {"the same", open, "s d9 00:00 in_1 updated open sub=sub_1", "agrees"},
        {"a payment", open, "s d9 00:00 in_1 updated paid sub=sub_1", "missed"},
        {"a payment that is known", open + "b d1 00:00 in_1 paid paid\n", "s d9 00:00 in_1 updated paid sub=sub_1", "agrees"},
        {"a payment that Stripe does not show", open + "b d1 00:00 in_1 paid paid\n", "s d9 00:00 in_1 updated open sub=sub_1", "missed"},
        {"one more attempt", open, "s d9 00:00 in_1 updated open attempts=1 sub=sub_1", "missed"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        CHECK(cause_of<stripe::invoice_fact>(each.ours, each.theirs, each.around) == each.cause);
    }
}

TEST_CASE("divergence: periods are compared wherever a version keeps them") {
    stripe::subscription_fact before = facts_of<stripe::subscription_fact>(basic).front();
    stripe::subscription_fact after = before;
    const auto period = [](stripe::subscription_fact& of, instant end) {
        of.state.period_start = of.state.period_end = std::nullopt;
        of.state.items.front().period_start = builders::day("d0 00:00");
        of.state.items.front().period_end = end;
    };
    before.state.items.front().period_start = before.state.items.front().period_end = std::nullopt;
    before.state.period_start = builders::day("d0 00:00");
    before.state.period_end = builders::day("d30 00:00");
    period(after, builders::day("d30 00:00"));
    CHECK(agree(before, after));
    period(after, builders::day("d31 00:00"));
    CHECK_FALSE(agree(before, after));
}

TEST_CASE("divergence: every cause has its word") {
    for (const auto& [why, word] : {
             std::pair{cause::missed,      "missed"     },
             std::pair{cause::dead_letter, "dead_letter"},
             std::pair{cause::stale,       "stale"      },
             std::pair{cause::ambiguous,   "ambiguous"  },
             std::pair{cause::unmapped,    "unmapped"   },
             std::pair{cause::gone,        "gone"       },
             std::pair{cause::unreadable,  "unreadable" }
    }) {
        CHECK(to_word(why) == word);
    }
}

}  // namespace billhook
