#pragma once

#include "schemas/io/process/log.hpp"
#include "worker/pipeline/loop.hpp"
#include "worker/pipeline/mirror.hpp"
#include "worker/pipeline/record_source.hpp"
#include "worker/pipeline/session.hpp"
#include "worker/pipeline/watchdog.hpp"
#include "worker/pipeline/worker_metrics.hpp"

#include <chrono>
#include <cstdint>

namespace billhook {

// Port: time to wait by, and the wish to end. No decision about a standing reads it.
struct pacing {
    virtual ~pacing() = default;
    virtual bool stopping() = 0;
    // At most `span`; a stop request ends it.
    virtual void wait(std::chrono::milliseconds span) = 0;
    virtual std::chrono::steady_clock::time_point now() = 0;
};

// What a thread of the worker is given; all of it outlives the call.
struct surroundings {
    session& postgres;
    pacing& pace;
    mirror_queue& changed;
    const worker_metrics& numbers;
    log& lines;
    heartbeat& signs;
    std::chrono::milliseconds time_every{1000};  // between two horizons of an idle partition
};

// A failure that only a person mends: a right, a table, a setting. Counted and told.
void sound_alarm(surroundings& with, const diagnosis& why);

enum class ending : std::uint8_t { left, gave_up };

// One consumer, until a stop is requested (or a bounded source ends: then `left`). Blocks; catches
// every exception of the ports, once, and lets `loop` say what follows. Never ends because of
// broker or database, whatever they answer; `gave_up` is a bug of ours.
[[nodiscard]] ending run(record_source& source, surroundings with);

}  // namespace billhook
