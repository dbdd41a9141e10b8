#include "tests/builders/life.hpp"
#include "tests/builders/living.hpp"
#include "tests/builders/memory_projection.hpp"
#include "tests/worker/domain/worked_lives.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;
using builders::example_plans;
using builders::fold_in;
using builders::memory_projection;
using builders::moment_of;
using builders::tick;

std::string when(const std::optional<instant>& at) {
    if (!at) {
        return "-";
    }
    const auto since = *at - day("d0 00:00");
    const auto days = std::chrono::floor<std::chrono::days>(since);
    const std::chrono::hh_mm_ss clock{since - days};
    return fmt::format(
        "d{} {:02}:{:02}", days.count(), clock.hours().count(), clock.minutes().count()
    );
}

std::string shown(const memory_projection& tables) {
    const auto at = tables.standings().find(organization_id{"org_1"});
    if (at == tables.standings().end()) {
        return "no standing";
    }
    const auto& s = at->second;
    return fmt::format(
        "{}, {}, {}, {}{}{}; {}; next {}",
        s.plan.value_or("-"),
        s.subscription_status,
        to_word(s.access),
        to_word(s.why),
        s.stale ? ", stale" : "",
        s.unlisted_prices.empty() ? "" : ", unlisted",
        s.in_dunning ? when(s.grace_until) + " / " + when(s.restricted_until) : "no case",
        when(s.next_change_at)
    );
}

// Delivers in the order of `random`, cut into batches, one in four twice, time passing meanwhile.
memory_projection lived(std::vector<received> events, instant now, std::mt19937& random) {
    std::shuffle(events.begin(), events.end(), random);
    for (std::size_t i = 0, count = events.size(); i < count; ++i) {
        if (random() % 4 == 0) {
            const auto copy = events[i];
            events.insert(
                events.begin() + static_cast<std::ptrdiff_t>(random() % (events.size() + 1)), copy
            );
        }
    }
    memory_projection tables;
    const auto start = day("d0 00:00") - std::chrono::days{1};
    auto horizon = random() % 3 == 0 ? instant{} : start;
    for (std::size_t from = 0; from < events.size();) {
        const auto size = std::min<std::size_t>(1 + random() % 4, events.size() - from);
        fold_in(tables, std::span{events}.subspan(from, size), example_plans(), horizon);
        from += size;
        const auto step = (now - start) / static_cast<int>(1 + random() % 6);
        horizon = std::min(now, std::max(horizon, start) + step);
        tick(tables, example_plans(), horizon);
    }
    tick(tables, example_plans(), now);
    return tables;
}

}  // namespace

TEST_CASE("lives: each worked life has its answers in any order with duplicates (I4)") {
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        for (const auto& line : answers) {
            CAPTURE(line);
            const auto arrow = line.find(" => ");
            const auto [now, known] = moment_of(line.substr(0, arrow), events);
            const auto expected = line.substr(arrow + 4);
            std::vector<std::string> first;
            for (unsigned seed = 0; seed < 60; ++seed) {
                CAPTURE(seed);
                std::mt19937 random{seed};
                const auto tables = lived(known, now, random);
                REQUIRE(shown(tables) == expected);
                if (first.empty()) {
                    first = tables.dump();
                }
                REQUIRE(tables.dump() == first);
            }
        }
    }
}

TEST_CASE("lives: every stored standing is what its facts say at its as_of (I11)") {
    const auto plans = example_plans();
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        const auto& last = answers.back();
        const auto [now, known] = moment_of(last.substr(0, last.find(" => ")), events);
        for (unsigned seed = 100; seed < 140; ++seed) {
            std::mt19937 random{seed};
            const auto tables = lived(known, now, random);
            for (const auto& [organization, stored] : tables.standings()) {
                REQUIRE(assess(tables.load(organization), plans, stored.as_of) == stored);
            }
        }
    }
}

TEST_CASE("lives: deliveries count every arrival of an event id (I5)") {
    const auto events = builders::life(worked_lives()[4].events);
    memory_projection tables;
    std::vector<received> all;
    for (int twice = 0; twice < 3; ++twice) {
        for (const auto& event : events) {
            all.push_back(event.what);
        }
    }
    fold_in(tables, all, example_plans(), day("d40 00:00"));
    std::int64_t deliveries = 0;
    for (const auto& [id, row] : tables.journal()) {
        deliveries += row.deliveries;
    }
    CHECK(deliveries == static_cast<std::int64_t>(all.size()));
}

TEST_CASE("lives: another account's events count where the projection was made for it") {
    const auto events = builders::life(R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=enterprise period=0-30 latest=in_1 org=org_1
    )");
    const struct {
        const char* name;
        std::optional<std::string> account;  // of the second event
        std::set<std::string> accounts;      // of the projection
        outcome became;
        const char* shown;
    } rows[] = {
        {"our own",                 std::nullopt, {},                   outcome::applied,       "enterprise, active, full, paid"},
        {"a merchant's",            "acct_1",     {},                   outcome::other_account, "basic, trial, full, trial"     },
        {"another's",               "acct_1",     {"acct_2"},           outcome::other_account, "basic, trial, full, trial"     },
        {"one that cannot be read",
         "",                                      {"acct_1"},
         outcome::other_account,
         "basic, trial, full, trial"                                                                                            },
        {"one of ours",
         "acct_1",                                {"acct_1", "acct_2"},
         outcome::applied,
         "enterprise, active, full, paid"                                                                                       },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        memory_projection tables{false, row.accounts};
        auto second = events[1].what;
        std::get<stripe::event>(second.what).account = row.account;
        fold_in(tables, {&events[0].what, 1}, example_plans(), day("d1 00:00"));
        fold_in(tables, {&second, 1}, example_plans(), day("d1 00:00"));
        CHECK(tables.journal().at(event_id{"evt_b"}).became == row.became);
        CHECK(shown(tables).starts_with(row.shown));
    }
}

}  // namespace billhook
