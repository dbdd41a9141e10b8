#include "tests/builders/living.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"

#include <algorithm>
#include <iterator>
#include <set>
#include <sstream>
#include <utility>

namespace billhook::builders {

std::vector<received> told_in(std::string_view life_lines) {
    std::vector<received> events;
    for (auto& event : life(life_lines)) {
        events.push_back(std::move(event.what));
    }
    return events;
}

namespace {

restated assess_at(
    memory_projection& tables,
    const std::vector<organization_id>& organizations,
    const catalogue& plans,
    instant now
) {
    std::vector<organization_facts> facts;
    for (const auto& organization : organizations) {
        facts.push_back(tables.load(organization));
    }
    auto what = assess_each(facts, plans, now);
    tables.store(what);
    return what;
}

}  // namespace

restated fold_in(
    memory_projection& tables,
    std::span<const received> events,
    const catalogue& plans,
    instant now
) {
    const auto keys = keys_of(events);
    tables.make_customers(keys);
    const auto folded = fold(tables.load(keys), events);
    tables.store(folded);
    return assess_at(
        tables, {folded.organizations.begin(), folded.organizations.end()}, plans, now
    );
}

restated tick(memory_projection& tables, const catalogue& plans, instant now) {
    std::vector<organization_id> due;
    for (const auto& [organization, standing] : tables.standings()) {
        if (standing.next_change_at && *standing.next_change_at <= now) {
            due.push_back(organization);
        }
    }
    return assess_at(tables, due, plans, now);
}

restated assess_all(memory_projection& tables, const catalogue& plans, instant now) {
    std::vector<organization_id> all;
    for (const auto& [organization, standing] : tables.standings()) {
        all.push_back(organization);
    }
    return assess_at(tables, all, plans, now);
}

std::vector<std::string> told_twice(
    const memory_projection& before,
    const memory_projection& after
) {
    std::vector<std::string> wrong;
    for (auto at = before.sent().size(); at < after.sent().size(); ++at) {
        const auto& told = after.sent()[at];
        for (std::size_t earlier = 0; earlier < at; ++earlier) {
            const auto& was = after.sent()[earlier];
            if (told.kind == notice_kind::grant_ending && was.step == told.step &&
                after.subscriptions().at(was.subscription).organization == told.organization) {
                wrong.push_back(told.step + " was sent before");
            }
        }
        for (const auto& one : after.cases()) {
            if (one.subscription != told.subscription || one.anchor != told.case_anchor) {
                continue;
            }
            for (const auto& row : before.recorded()) {
                if (row.subscription == told.subscription && row.step == told.step &&
                    std::ranges::binary_search(one.members, row.member)) {
                    wrong.push_back(row.member + " was told of " + row.step + " before");
                }
            }
            for (std::size_t earlier = 0; earlier < at; ++earlier) {
                const auto& was = after.sent()[earlier];
                const auto shared = [&](const std::string& member) {
                    return after.told()[earlier].contains(member);
                };
                if (was.subscription == told.subscription && was.step == told.step &&
                    std::ranges::any_of(one.members, shared)) {
                    wrong.push_back(told.step + " was sent before");
                }
            }
        }
    }
    return wrong;
}

moment moment_of(std::string_view line, std::span<const life_event> events) {
    std::istringstream in{std::string(line)};
    std::string date;
    std::string clock;
    std::string how;
    in >> date >> clock >> how;
    const std::set<std::string> names{
        std::istream_iterator<std::string>{in}, std::istream_iterator<std::string>{}};
    moment all;
    all.now = day(date + " " + clock);
    for (const auto& event : events) {
        const bool named = names.contains(event.name);
        const bool here = how == "only" ? named : !(how == "without" && named);
        if (here && event.created <= all.now) {
            all.known.push_back(event.what);
        }
    }
    return all;
}

}  // namespace billhook::builders
