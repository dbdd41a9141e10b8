#include "worker/insight/forecast.hpp"

#include "tests/builders/living.hpp"
#include "tests/worker/domain/worked_lives.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;
using builders::example_plans;

const organization_id org{"org_1"};

builders::memory_projection lived(const std::string& lines, instant now) {
    builders::memory_projection tables;
    static_cast<void>(builders::fold_in(tables, builders::told_in(lines), example_plans(), now));
    return tables;
}

std::string lines_of(const outlook& all) {
    std::string text;
    for (const auto& step : all.steps) {
        text += fmt::format(
            "{} {}{}{}",
            to_rfc3339(step.then.as_of),
            step.changed ? "=> " : "",
            to_word(step.then.why),
            step.then.stale ? ", stale" : ""
        );
        for (const auto& one : step.sent) {
            text += fmt::format(" [{} {}]", one.step, to_word(one.kind));
        }
        text += "\n";
    }
    return text;
}

const std::string unpaid_renewal = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
)";

}  // namespace

TEST_CASE("forecast: a renewal that nobody pays") {
    const auto now = day("d30 02:00");
    const auto tables = lived(unpaid_renewal, now);
    CHECK(
        lines_of(forecast(tables.load(org), example_plans(), now, day("d70 00:00"))) ==
        "2026-01-31T02:00:00Z grace\n"
        "2026-02-03T01:15:00Z grace [3d reminder]\n"
        "2026-02-05T01:15:00Z grace [5d final_warning]\n"
        "2026-02-07T01:00:00Z => restricted\n"
        "2026-02-07T01:15:00Z restricted [7d access_restricted]\n"
        "2026-02-14T01:15:00Z restricted [14d reminder]\n"
        "2026-02-21T01:00:00Z => unpaid\n"
        "2026-02-21T01:15:00Z unpaid [21d access_removed]\n"
        "2026-03-05T00:00:00Z => unpaid, stale\n"
    );
}

TEST_CASE("forecast: ends where it is told to") {
    const auto now = day("d30 02:00");
    const auto tables = lived(unpaid_renewal, now);
    const auto all = forecast(tables.load(org), example_plans(), now, day("d37 01:00"));
    CHECK(all.steps.back().then.why == reason::restricted);
    CHECK(forecast(tables.load(org), example_plans(), now, now).steps.size() == 1);
}

TEST_CASE("forecast: the renewals to come and what they would lead to") {
    const auto now = day("d10 00:00");
    struct row {
        const char* name;
        const char* words;
        const char* to;
        std::size_t renewals;
    };
    const row rows[] = {
        {"it renews",             "active",                           "d31 00:00", 1},
        {"not that soon",         "active",                           "d29 00:00", 0},
        {"it ends with its time", "active cancel_at_period_end=true", "d31 00:00", 0},
        {"it ends at a date",     "active cancel_at=d20",             "d31 00:00", 0},
        {"it ends after that",    "active cancel_at=d45",             "d31 00:00", 1},
        {"it was never paid",     "incomplete",                       "d31 00:00", 0},
        {"it is paused",          "paused",                           "d31 00:00", 0},
    };
    for (const row& each : rows) {
        CAPTURE(each.name);
        const auto tables = lived(
            fmt::format(
                "o1 d0 00:00 cus_1 created org=org_1\n"
                "o2 d0 00:00 sub_1 created {} plan=basic period=0-30 latest=in_1",
                each.words
            ),
            now
        );
        const auto all = forecast(tables.load(org), example_plans(), now, day(each.to));
        REQUIRE(all.renewals.size() == each.renewals);
        if (each.renewals == 1) {
            const expected_renewal expected{
                subscription_id{"sub_1"},
                day("d30 00:00"),
                day("d37 00:00"),
                day("d51 00:00"),
                false};
            CHECK((all.renewals[0] == expected));
        }
    }
}

TEST_CASE("forecast: a grant ends also where that changes nothing") {
    const auto now = day("d6 00:00");
    const auto tables = lived(
        R"(
            a d0 00:00 sub_1 created active plan=basic period=0-90 latest=in_1 org=org_1
            g d5 00:00 grant - org=org_1 plan=enterprise until=d20
            h d5 00:00 grant - org=org_1 access=full until=d30
            i d5 00:00 grant - org=org_1 access=full until=d60
        )",
        now
    );
    const auto all = forecast(tables.load(org), example_plans(), now, day("d40 00:00"));
    CHECK(
        lines_of(all) ==
        "2026-01-07T00:00:00Z granted\n"
        "2026-01-21T00:00:00Z => paid\n"
        "2026-01-31T00:00:00Z paid\n"
    );
    CHECK(
        all.ends ==
        std::vector<expected_end>{
            {event_id{"grant_g"}, day("d20 00:00"), "plan enterprise"},
            {event_id{"grant_h"}, day("d30 00:00"), "full access"    }
    }
    );
}

TEST_CASE("forecast: a notice before a grant ends") {
    const auto now = day("d6 00:00");
    const auto tables = lived(
        R"(
            a d0 00:00 sub_1 created active plan=basic period=0-90 latest=in_1 org=org_1
            g d5 00:00 grant - org=org_1 plan=enterprise until=d20
        )",
        now
    );
    auto plans = example_plans();
    plans.grant_notice = std::chrono::days{7};
    CHECK(
        lines_of(forecast(tables.load(org), plans, now, day("d40 00:00"))) ==
        "2026-01-07T00:00:00Z granted\n"
        "2026-01-14T00:00:00Z granted [grant_ending@grant_g grant_ending]\n"
        "2026-01-21T00:00:00Z => paid\n"
    );
}

TEST_CASE("forecast: in each worked life it is what the clock then does") {
    const auto plans = example_plans();
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        for (const auto& line : answers) {
            CAPTURE(line);
            const auto [now, known] = builders::moment_of(line, events);
            builders::memory_projection tables;
            static_cast<void>(builders::fold_in(tables, known, plans, now));
            if (!tables.standings().contains(org)) {
                continue;
            }
            const auto all = forecast(tables.load(org), plans, now, now + std::chrono::days{120});
            for (std::size_t at = 1; at < all.steps.size(); ++at) {
                const auto& step = all.steps[at];
                const auto told = tables.sent().size();
                static_cast<void>(builders::tick(tables, plans, step.then.as_of));
                REQUIRE((tables.standings().at(org) == step.then));
                const std::vector<notice> sent(
                    tables.sent().begin() + static_cast<std::ptrdiff_t>(told), tables.sent().end()
                );
                REQUIRE((sent == step.sent));
            }
        }
    }
}

}  // namespace billhook
