#pragma once

#include "worker/runtime/lease_shares.hpp"

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

namespace billhook {

// A partition came, or went.
struct assignment_change {
    partition which;
    bool ours = false;

    friend bool operator==(const assignment_change&, const assignment_change&) = default;
};

// Port: which partitions one consumer reads. One thread.
struct assignment {
    virtual ~assignment() = default;
    // What changed since the last call, to be called several times within a lease's span. Whoever
    // calls again does not read any more what went: only then it may be another's.
    [[nodiscard]] virtual std::vector<assignment_change> changes() = 0;
    // Not read any more although nobody took it away: it comes again, with the next look at whose
    // it is, if it still is ours.
    virtual void announce_again(const partition& which) = 0;
};

struct lease_terms {
    std::string holder;  // a consumer's name, in billhook.leases
    std::string topic;
    std::int32_t partitions = 0;  // of the topic, as Kafka says; all consumers must see the same
    std::chrono::milliseconds span{2500};     // of a lease; renewed five times within it
    std::string presences = presence_prefix;  // of its kind
};

// By leases, in fair shares among all consumers of a kind. Postgres' failures throw; what was not
// said yet comes with a later call.
class leased_assignment final : public assignment {
public:
    // `at` gives the leases of the connection that is open when it is called.
    leased_assignment(lease_terms terms, std::function<leases&()> at);

    [[nodiscard]] std::vector<assignment_change> changes() override;
    void announce_again(const partition& which) override { again_.insert(which); }

private:
    std::chrono::milliseconds span_;
    std::function<leases&()> at_;
    partition_leases held_;
    std::vector<partition> to_release_;
    std::set<partition> again_;
    std::chrono::steady_clock::time_point next_round_{};
};

}  // namespace billhook
