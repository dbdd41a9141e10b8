#include "worker/domain/counting.hpp"

#include "worker/domain/grants.hpp"

#include <set>
#include <tuple>

namespace billhook {

namespace {

// From when the organization's own trial counts; empty if nothing tells.
std::optional<instant> trial_start(const organization_facts& facts) {
    std::optional<instant> start;
    const auto take = [&](std::optional<instant> at) {
        if (at && (!start || *at < *start)) {
            start = at;
        }
    };
    for (const auto& one : facts.mappings) {
        if (!one.deleted) {
            take(one.organization_created ? one.organization_created : one.created);
        }
    }
    // A customer's own `created`, else the earliest of its subscriptions here.
    std::set<customer_id> undated;
    for (const auto& customer : facts.customers) {
        take(customer.created);
        if (!customer.created) {
            undated.insert(customer.id);
        }
    }
    for (const auto& row : facts.subscriptions) {
        if (row.state.customer && undated.contains(*row.state.customer)) {
            take(row.state.created);
        }
    }
    if (!start) {
        for (const auto& one : facts.grants) {
            take(one.created);
        }
    }
    return start;
}

auto rank(const subscription_standing& one) {
    return std::tuple{
        one.access != access_level::none,
        one.plan.has_value(),
        -static_cast<int>(one.access),  // full is the least of its enum
        !one.terminal,
        one.plan,
        one.row->state.created,
        one.row->id};
}

}  // namespace

std::optional<instant> trial_end_of(const organization_facts& facts, const catalogue& plans) {
    const auto start = trial_start(facts);
    return start ? std::optional(*start + plans.trial + trial_extension(facts.grants))
                 : std::nullopt;
}

bool waits_for_trial(const subscription_standing& one) {
    return one.incomplete || (one.unlisted && !one.plan);
}

const subscription_standing* counting(std::span<const subscription_standing> all, bool in_trial) {
    const subscription_standing* best = nullptr;
    for (const auto& one : all) {
        const bool speaks = !one.items.only_addons() && !(in_trial && one.incomplete);
        if (speaks && (best == nullptr || rank(*best) < rank(one))) {
            best = &one;
        }
    }
    return best != nullptr && in_trial && waits_for_trial(*best) ? nullptr : best;
}

}  // namespace billhook
