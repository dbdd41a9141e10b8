#pragma once

#include "schemas/messages/publisher.hpp"
#include "worker/pipeline/run.hpp"

#include <chrono>

// The three threads beside the consumers, each with a session of its own, in rounds.
namespace billhook {

// The dunning clock: every `every`, standings that are due are assessed until none is left.
// `gave_up` is a bug of ours.
[[nodiscard]] ending run_clock(
    clock_session& postgres,
    surroundings with,
    std::chrono::milliseconds every
);

struct table_rhythm {
    std::chrono::milliseconds mirror;  // between two passes that compare all rows
    std::chrono::milliseconds sweep;   // between two passes for rows that the fold does not know
};

// The application's table: copies changed standings into it as they come, compares all of it now
// and then, and, while it holds the `sweep` lease, tells the log what only the table knows.
// Whatever goes wrong there is logged and tried again: it never ends the process and holds up
// nobody.
void run_table(table_session& postgres, surroundings with, publisher& to, table_rhythm rhythm);

struct relay_rhythm {
    std::chrono::milliseconds lease;  // of the one relay that sends
    std::chrono::milliseconds every;  // between two looks into an empty outbox
};

// The relay: sends what lies in billhook.outbox while it holds the lease, and else waits for it;
// tells, holder or not, how much waits. Never ends the process, since nobody's standing depends on
// it: whatever goes wrong is logged and tried again. `to` as relay::round wants it.
void run_relay(relay_session& postgres, surroundings with, publisher& to, relay_rhythm rhythm);

}  // namespace billhook
