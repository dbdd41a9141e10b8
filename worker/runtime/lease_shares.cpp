#include "worker/runtime/lease_shares.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <string_view>

namespace billhook {

std::size_t fair_share(std::size_t partitions, std::size_t workers) {
    if (workers == 0) {
        return partitions;
    }
    return (partitions + workers - 1) / workers;
}

lease_moves moves_of(
    const std::string& holder,
    std::span<const std::string> names,
    std::span<const live_lease> live,
    const std::string& presences
) {
    std::set<std::string_view> workers{holder};
    std::set<std::string_view> taken;
    std::set<std::string_view> mine;
    for (const live_lease& each : live) {
        if (each.name.starts_with(presences)) {
            workers.insert(each.holder);
            continue;
        }
        (each.holder == holder ? mine : taken).insert(each.name);
    }
    const std::size_t share = fair_share(names.size(), workers.size());
    const std::size_t start = names.empty() ? 0 : std::hash<std::string>{}(holder) % names.size();

    lease_moves moves;
    std::size_t held = 0;
    for (const std::string& name : names) {
        held += mine.count(name);
    }
    for (std::size_t step = 0; step < names.size() && held < share; ++step) {
        const std::string& name = names[(start + step) % names.size()];
        if (!taken.contains(name) && !mine.contains(name)) {
            moves.claim.push_back(name);
            ++held;
        }
    }
    if (held > share) {
        const auto last = std::find_if(names.rbegin(), names.rend(), [&](auto& name) {
            return mine.contains(name);
        });
        moves.give_back.push_back(*last);
    }
    return moves;
}

partition_leases::partition_leases(
    std::string holder,
    std::string topic,
    std::int32_t partitions,
    std::string presences
)
    : holder_(std::move(holder)), topic_(std::move(topic)), presences_(std::move(presences)) {
    for (std::int32_t number = 0; number < partitions; ++number) {
        names_.push_back(lease_name({topic_, number}));
    }
}

partition partition_leases::partition_of(const std::string& name) const {
    const auto at = std::find(names_.begin(), names_.end(), name);
    BILLHOOK_ASSERT(at != names_.end());
    return {topic_, static_cast<std::int32_t>(at - names_.begin())};
}

lease_changes partition_leases::round(leases& at, std::chrono::milliseconds span) {
    lease_changes changes;
    const std::vector<live_lease> live = at.renew(span);
    std::set<partition> now;
    for (const live_lease& each : live) {
        if (each.holder == holder_ && std::ranges::find(names_, each.name) != names_.end()) {
            now.insert(partition_of(each.name));
        }
    }
    const lease_moves moves = moves_of(holder_, names_, live, presences_);
    if (!moves.claim.empty()) {
        for (const std::string& name : at.claim(moves.claim, span)) {
            now.insert(partition_of(name));
        }
    }
    std::ranges::set_difference(now, held_, std::back_inserter(changes.gained));
    std::ranges::set_difference(held_, now, std::back_inserter(changes.lost));
    for (const std::string& name : moves.give_back) {
        changes.to_give_back.push_back(partition_of(name));
    }
    held_ = std::move(now);
    return changes;
}

void partition_leases::release(leases& at, const partition& which) {
    const std::vector<std::string> names{lease_name(which)};
    at.release(names);
    held_.erase(which);
}

}  // namespace billhook
