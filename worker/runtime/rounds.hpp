#pragma once

#include "schemas/io/process/log.hpp"
#include "schemas/io/process/metrics.hpp"
#include "worker/runtime/diagnosis.hpp"
#include "worker/runtime/pacing.hpp"
#include "worker/runtime/session.hpp"
#include "worker/runtime/watchdog.hpp"

#include <cstdint>
#include <exception>
#include <string_view>

namespace billhook {

enum class ending : std::uint8_t {
    left,     // as it was asked to
    gave_up,  // a bug of ours
};

// What a thread that works in rounds is called, waits by and tells; all of it outlives the thread.
struct round_means {
    std::string_view thread;
    pacing& pace;
    log& lines;
    heartbeat& signs;
    counter retries;
    counter alarms;        // of the retries those that only a person mends
    bool goes_on = false;  // also after a bug of ours: nobody's standing depends on this thread
};

// Tells of a failure and waits until it is time for another try, the `failures`th in a row. False
// if there is to be none.
[[nodiscard]] bool recover(
    const round_means& with,
    const std::exception& thrown,
    unsigned failures
);
// Nothing is tried again: leases, if it was about these, run out by themselves.
void tell_left_behind(const round_means& with, const std::exception& thrown);

// Until a stop is requested: a beat, open what is closed, a round. `round` says whether it went
// well; if not, a pause follows that grows. What it throws is caught here, everything open is
// closed, and a pause follows likewise: no thread ends because of a broker or a database. At the
// end `leave`, if a session is open. `gave_up` only for what is neither's.
template <class Session, class Round, class Leave>
[[nodiscard]] ending run_rounds(
    Session& postgres,
    const round_means& with,
    Round round,
    Leave leave
) {
    unsigned failures = 0;
    while (!with.pace.stopping()) {
        with.signs.beat();
        try {
            if (!postgres.is_open()) {
                postgres.open();
            }
            if (round()) {
                failures = 0;
                continue;
            }
            with.pace.wait(jittered(pause_after(postgres::remedy::retry, ++failures)));
        } catch (const std::exception& thrown) {
            postgres.close();
            if (!recover(with, thrown, ++failures)) {
                return ending::gave_up;
            }
        }
    }
    try {
        if (postgres.is_open()) {
            leave();
        }
    } catch (const std::exception& thrown) {
        tell_left_behind(with, thrown);
    }
    return ending::left;
}

}  // namespace billhook
