#include "worker/domain/grant_ending.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/notices.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <tuple>
#include <utility>

namespace billhook {

namespace {

// Of two that end together the one with the greater id is the later: one of them is told.
bool ends_before(const grant& one, const grant& other) {
    return one.until && std::tie(one.until, one.id) < std::tie(other.until, other.id);
}

// What later grants give as well, its end does not take.
bool takes_something(
    const grant& what,
    organization_facts facts,
    const catalogue& plans,
    instant now
) {
    std::erase_if(facts.grants, [&](const grant& each) { return ends_before(each, what); });
    const auto with = assess(facts, plans, now);
    std::erase_if(facts.grants, [&](const grant& each) { return each.id == what.id; });
    const auto without = assess(facts, plans, now);
    const auto gives = [](const standing& of) { return std::tie(of.plan, of.access, of.features); };
    return gives(with) != gives(without);
}

// The one that counts, else the latest.
const subscription_standing* teller_of(
    std::span<const subscription_standing> each,
    const subscription_standing* counts
) {
    if (counts != nullptr || each.empty()) {
        return counts;
    }
    const auto created = [](const subscription_standing& one) { return one.row->state.created; };
    return &*std::ranges::max_element(each, {}, created);
}

due_notice ending_of(const grant& what, const subscription_row& of, notice_state how) {
    notice told;
    told.kind = notice_kind::grant_ending;
    told.step = fmt::format("{}@{}", to_word(told.kind), what.id.text());
    told.id = notice_id(of.id, {}, told.step);
    told.organization = what.organization;
    told.subscription = of.id;
    told.customer = of.state.customer;
    told.plan = what.plan;
    told.grant_end = what.until;
    due_notice one{told.id, told.kind, {}, {{of.id, of.id.text(), told.step, how}}};
    if (how == notice_state::sent) {
        one.sent = std::move(told);
    }
    return one;
}

}  // namespace

std::vector<due_notice> grant_endings(
    const organization_facts& facts,
    const catalogue& plans,
    std::span<const subscription_standing> each,
    const subscription_standing* counts,
    instant now
) {
    std::vector<due_notice> all;
    const auto* const of = teller_of(each, counts);
    if (of == nullptr || !plans.grant_notice) {
        return all;
    }
    for (const auto& one : courses_of(facts.grants, now)) {
        if (!one.in_force || !one.ends) {
            continue;
        }
        const auto due = *one.ends - *plans.grant_notice;
        if (now < due || due <= one.what->created) {
            continue;
        }
        const bool past = is_no_news(facts, of->policy, due, now);
        auto ending =
            ending_of(*one.what, *of->row, past ? notice_state::skipped : notice_state::sent);
        const auto& step = ending.rows.front().step;
        const auto tells = [&](const recorded_notice& row) { return row.step == step; };
        if (std::ranges::none_of(facts.recorded, tells) &&
            takes_something(*one.what, facts, plans, now)) {
            all.push_back(std::move(ending));
        }
    }
    return all;
}

}  // namespace billhook
