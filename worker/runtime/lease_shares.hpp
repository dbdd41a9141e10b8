#pragma once

#include "worker/ledger/leases.hpp"

#include <chrono>
#include <cstddef>
#include <set>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// How many partitions each of `workers` live workers should read, rounded up. No worker: all.
[[nodiscard]] std::size_t fair_share(std::size_t partitions, std::size_t workers);

// What a worker should do about its leases.
struct lease_moves {
    std::vector<std::string> claim;
    std::vector<std::string> give_back;

    friend bool operator==(const lease_moves&, const lease_moves&) = default;
};

// Pure. `names` are all partitions' leases, `live` what Postgres says (this worker's presence with
// it; `presences` is the prefix of its kind's). Below its fair share a worker claims free ones,
// beginning at a place of its own so that workers that start together do not ask for the same;
// above it gives one back. Nobody stays with less than the share rounded down: what he misses is
// left to him, and where nothing is free, as many as he misses give one back, in order of names.
[[nodiscard]] lease_moves moves_of(
    const std::string& holder,
    std::span<const std::string> names,
    std::span<const live_lease> live,
    const std::string& presences = presence_prefix
);

// What changed in a round.
struct lease_changes {
    std::vector<partition> gained;
    std::vector<partition> lost;          // expired and taken by another: not ours any more
    std::vector<partition> to_give_back;  // ours until `release`
};

// The partitions that one consumer holds by lease.
class partition_leases {
public:
    partition_leases(
        std::string holder,
        std::string topic,
        std::int32_t partitions,
        std::string presences = presence_prefix
    );

    // Renews, claims, says what changed. Blocks for two or three small transactions.
    [[nodiscard]] lease_changes round(leases& at, std::chrono::milliseconds span);
    void release(leases& at, const partition& which);
    [[nodiscard]] const std::set<partition>& held() const { return held_; }

private:
    [[nodiscard]] partition partition_of(const std::string& name) const;

    std::string holder_;
    std::string topic_;
    std::string presences_;
    std::vector<std::string> names_;
    std::set<partition> held_;
};

}  // namespace billhook
