#include "tests/builders/life.hpp"
#include "tests/builders/memory_projection.hpp"
#include "tests/worker/domain/worked_lives.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <iterator>
#include <random>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include <fmt/format.h>

namespace billhook {

namespace {

using builders::day;
using builders::life_event;
using builders::memory_projection;


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
        "{}, {}, {}, {}{}; {}; next {}", s.plan.value_or("-"), s.subscription_status,
        to_word(s.access), to_word(s.why), s.stale ? ", stale" : "",
        s.in_dunning ? when(s.grace_until) + " / " + when(s.restricted_until) : "no case",
        when(s.next_change_at)
    );
}

struct answer {
    instant now{};
    std::vector<received> known;
    std::string expected;
};

answer read_answer(const std::string& line, const std::vector<life_event>& events) {
    const auto arrow = line.find(" => ");
    std::istringstream in{line.substr(0, arrow)};
    std::string date;
    std::string clock;
    std::string how;
    in >> date >> clock >> how;
    const std::set<std::string> names{
        std::istream_iterator<std::string>{in}, std::istream_iterator<std::string>{}
    };
    answer all;
    all.now = day(date + " " + clock);
    all.expected = line.substr(arrow + 4);
    for (const auto& event : events) {
        const bool named = names.contains(event.name);
        const bool here = how == "only" ? named : !(how == "without" && named);
        if (here && event.created <= all.now) {
            all.known.push_back(event.what);
        }
    }
    return all;
}

void assess_at(
    memory_projection& tables, const std::vector<organization_id>& organizations, instant now
) {
    std::vector<organization_facts> facts;
    for (const auto& organization : organizations) {
        facts.push_back(tables.load(organization));
    }
    tables.store(assess_each(facts, builders::example_plans(), now));
}

void batch(memory_projection& tables, std::span<const received> events, instant now) {
    const auto keys = keys_of(events);
    tables.make_customers(keys);
    const auto folded = fold(tables.load(keys), events);
    tables.store(folded);
    assess_at(tables, {folded.organizations.begin(), folded.organizations.end()}, now);
}

// The clock: whoever is due at `now`.
void tick(memory_projection& tables, instant now) {
    std::vector<organization_id> due;
    for (const auto& [organization, standing] : tables.standings()) {
        if (standing.next_change_at && *standing.next_change_at <= now) {
            due.push_back(organization);
        }
    }
    assess_at(tables, due, now);
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
        batch(tables, std::span{events}.subspan(from, size), horizon);
        from += size;
        const auto step = (now - start) / static_cast<int>(1 + random() % 6);
        horizon = std::min(now, std::max(horizon, start) + step);
        tick(tables, horizon);
    }
    tick(tables, now);
    return tables;
}

}  // namespace

TEST_CASE("lives: each worked life has its answers in any order with duplicates (I4)") {
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        for (const auto& line : answers) {
            CAPTURE(line);
            const auto [now, known, expected] = read_answer(line, events);
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
    const auto plans = builders::example_plans();
    for (const auto& [name, lines, answers] : worked_lives()) {
        CAPTURE(name);
        const auto events = builders::life(lines);
        const auto [now, known, expected] = read_answer(answers.back(), events);
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
    batch(tables, all, day("d40 00:00"));
    std::int64_t deliveries = 0;
    for (const auto& [id, row] : tables.journal()) {
        deliveries += row.deliveries;
    }
    CHECK(deliveries == static_cast<std::int64_t>(all.size()));
}

}  // namespace billhook
