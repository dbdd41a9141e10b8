#pragma once

#include "schemas/messages/notice.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>

namespace billhook {

// A notice as it came out of the log.
struct logged_notice {
    partition of;
    std::int64_t offset = 0;
    notice what;
};

// The notices that were read and are not settled, and up to where each partition is: everything
// below the least offset that waits is settled, and only that far may be committed. Pure: time is
// handed in.
class backlog {
public:
    using time_point = std::chrono::steady_clock::time_point;
    struct waiting {
        logged_notice from;
        time_point due{};
        unsigned tries = 0;
        std::string cause;  // of the last try
    };

    // A partition is read from `offset` on; forgets what it had of it.
    void begin(const partition& of, std::int64_t offset);
    // Of partitions that were begun; asserted. What was read twice is kept once.
    void add(logged_notice read, time_point now);
    // Read, and nothing to do about it.
    void pass(const partition& of, std::int64_t offset);
    // Of those that are due the one that was tried least, of these the one due longest: what never
    // had a go does not wait for what may fail again. nullptr if none is. It stays valid until the
    // next call that changes the backlog.
    [[nodiscard]] const waiting* due(time_point now) const;
    [[nodiscard]] std::optional<time_point> next_due() const;
    void settle(const partition& of, std::int64_t offset);
    // Tries again later: after 30 s, doubled with each try, at most half an hour.
    void defer(const partition& of, std::int64_t offset, std::string cause, time_point now);
    void forget(const partition& of);

    // The next offset to begin with.
    [[nodiscard]] std::int64_t settled_to(const partition& of) const;
    [[nodiscard]] std::size_t size() const;

private:
    struct partition_notices {
        std::int64_t next = 0;  // to be read
        std::map<std::int64_t, waiting> waits;
    };
    std::map<partition, partition_notices> partitions_;
};

}  // namespace billhook
