#pragma once

#include "schemas/messages/publisher.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <vector>

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
    // One pass over all rows that the fold does not know, `page` at a time, until about as many
    // records are to be said: rows that are unfit, or on their way, hide no others. Blocks for the
    // publisher's reports; throws what the table throws.
    swept pass(organizations& table, publisher& to, std::size_t page, steady_time now);

private:
    struct saying {
        std::vector<event_id> ids;
        std::vector<message> messages;
    };
    void add(mapping what, steady_time now, saying& to, swept& counts);

    std::chrono::seconds say_again_;
    std::map<event_id, steady_time> said_;
};

// The message for `stripe.events`: key, body and headers of a mapping record.
[[nodiscard]] message message_of(const mapping& what);

}  // namespace billhook
