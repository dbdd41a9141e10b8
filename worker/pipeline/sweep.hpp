#pragma once

#include "schemas/messages/publisher.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>

namespace billhook {

struct swept {
    std::size_t published = 0;
    std::size_t failed = 0;  // not acknowledged: the next pass says them again
    std::size_t unfit = 0;   // rows whose id can be in no record (too long)
};

// Tells the log what the application's table knows and the fold does not: one mapping record a row.
// Whoever calls holds the `sweep` lease. A row that was said lately is not said again while its
// record is on its way through the log.
class sweeper {
public:
    using steady_time = std::chrono::steady_clock::time_point;

    explicit sweeper(std::chrono::seconds say_again) : say_again_(say_again) {}
    // One pass. Blocks for the publisher's reports; throws what the table throws.
    swept pass(organizations& table, publisher& to, std::size_t limit, steady_time now);

private:
    std::chrono::seconds say_again_;
    std::map<event_id, steady_time> said_;
};

// The message for `stripe.events`: key, body and headers of a mapping record.
[[nodiscard]] message message_of(const mapping& what);

}  // namespace billhook
