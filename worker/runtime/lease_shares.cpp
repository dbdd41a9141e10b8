#include "worker/runtime/lease_shares.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>
#include <set>
#include <string_view>

namespace billhook {

std::size_t fair_share(std::size_t partitions, std::size_t workers) {
    if (workers == 0) {
        return partitions;
    }
    return (partitions + workers - 1) / workers;
}

namespace {

// Who holds how many, and how many are missing to those that have less than the fair share rounded
// down.
struct holdings {
    std::map<std::string_view, std::size_t> by_worker;
    std::set<std::string_view> taken;  // whoever holds them
    std::size_t least = 0;             // every worker should have

    holdings(
        const std::string& holder,
        std::span<const std::string> names,
        std::span<const live_lease> live,
        const std::string& presences
    ) {
        by_worker[holder];
        for (const live_lease& each : live) {
            if (each.name.starts_with(presences)) {
                by_worker[each.holder];
            }
        }
        for (const live_lease& each : live) {
            if (std::ranges::find(names, each.name) != names.end()) {
                taken.insert(each.name);
                if (const auto at = by_worker.find(each.holder); at != by_worker.end()) {
                    ++at->second;
                }
            }
        }
        least = names.size() / by_worker.size();
    }

    [[nodiscard]] std::size_t missing_but_to(std::string_view worker) const {
        std::size_t sum = 0;
        for (const auto& [name, held] : by_worker) {
            sum += name != worker && held < least ? least - held : 0;
        }
        return sum;
    }
    // Of those that have more than the least, how many come before it.
    [[nodiscard]] std::size_t richer_before(std::string_view worker) const {
        const auto end = by_worker.find(worker);
        const auto is_richer = [&](const auto& each) { return each.second > least; };
        return static_cast<std::size_t>(std::count_if(by_worker.begin(), end, is_richer));
    }
};

}  // namespace

lease_moves moves_of(
    const std::string& holder,
    std::span<const std::string> names,
    std::span<const live_lease> live,
    const std::string& presences
) {
    const holdings all(holder, names, live, presences);
    const std::size_t share = fair_share(names.size(), all.by_worker.size());
    const std::size_t start = names.empty() ? 0 : std::hash<std::string>{}(holder) % names.size();
    const std::size_t missing = all.missing_but_to(holder);
    std::size_t held = all.by_worker.at(holder);
    std::size_t free = names.size() - all.taken.size();

    lease_moves moves;
    const bool is_richer = held > all.least;
    for (std::size_t step = 0; step < names.size() && held < share; ++step) {
        if (held >= all.least && free <= missing) {
            break;  // the others' first
        }
        const std::string& name = names[(start + step) % names.size()];
        if (!all.taken.contains(name)) {
            moves.claim.push_back(name);
            ++held;
            --free;
        }
    }
    const bool is_asked = is_richer && missing > free && all.richer_before(holder) < missing - free;
    if (held > share || is_asked) {
        const auto last = std::find_if(names.rbegin(), names.rend(), [&](const std::string& name) {
            return std::ranges::any_of(live, [&](const live_lease& each) {
                return each.holder == holder && each.name == name;
            });
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
