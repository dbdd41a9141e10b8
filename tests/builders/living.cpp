#include "tests/builders/living.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"

#include <iterator>
#include <set>
#include <sstream>

namespace billhook::builders {

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
