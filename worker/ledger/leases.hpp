#pragma once

#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <span>
#include <string>
#include <vector>

// Port to billhook.leases(name, holder, until): who reads which partition, who sweeps, who relays.
// A lease saves work and fences nothing; the fence is the epoch.
namespace billhook {

// The names in use. A partition's is "stripe.events/3"; a live worker's presence, from which fair
// shares are counted, is a lease that nobody else wants: "worker/" and its holder.
[[nodiscard]] inline std::string lease_name(const partition& which) {
    return which.topic + "/" + std::to_string(which.number);
}
inline constexpr const char* sweep_lease = "sweep";
inline constexpr const char* relay_lease = "relay";
inline constexpr const char* presence_prefix = "worker/";
inline constexpr const char* notifier_presence_prefix = "notifier/";  // of billhook-notifier

// A row that had not expired, by Postgres' clock, when the statement ran.
struct live_lease {
    std::string name;
    std::string holder;

    friend auto operator<=>(const live_lease&, const live_lease&) = default;
};

// One holder's view. Each call is a small transaction of its own and judges by Postgres' time
// alone. One thread; infrastructure failures throw.
struct leases {
    virtual ~leases() = default;
    // Extends by `span` from now what this holder still has (an expired lease that nobody took is
    // still had), writes its presence likewise, removes presences that expired long ago, and
    // returns every live lease by name.
    virtual std::vector<live_lease> renew(std::chrono::milliseconds span) = 0;
    // Takes those of the named that are free: without a row, expired, or this holder's. Skips rows
    // that another transaction has locked. Returns what it took.
    virtual std::vector<std::string> claim(
        std::span<const std::string> names,
        std::chrono::milliseconds span
    ) = 0;
    // Gives up those of the named that are this holder's.
    virtual void release(std::span<const std::string> names) = 0;
    // Gives up everything, presence as well: a clean stop.
    virtual void leave() = 0;
};

}  // namespace billhook
