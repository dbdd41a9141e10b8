#pragma once

#include "schemas/types/ids.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <mutex>
#include <optional>

namespace billhook::api {

// How often an organization may have Stripe asked: Stripe bounds the account as a whole, and one
// organization must not use up what belongs to all. So many calls at once, and as many in every
// minute. Of so many organizations at most; beyond it those that have rested longest begin anew.
// Any thread.
class rates {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit rates(std::size_t a_minute, std::size_t most = 10'000)
        : a_minute_(a_minute), most_(most) {}

    // Nothing: it may, and this call is counted. Else when it may again, at least a second.
    [[nodiscard]] std::optional<std::chrono::seconds> refuses(
        const organization_id& whose,
        time now
    );

private:
    struct bucket {
        double calls;  // that are left
        time at;
    };
    void make_room();

    std::size_t a_minute_;
    std::size_t most_;
    std::mutex guard_;  // of the buckets
    std::map<organization_id, bucket> buckets_;
};

}  // namespace billhook::api
