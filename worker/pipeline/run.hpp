#pragma once

#include "schemas/io/process/log.hpp"
#include "worker/pipeline/loop.hpp"
#include "worker/pipeline/mirror.hpp"
#include "worker/pipeline/record_source.hpp"
#include "worker/pipeline/sessions.hpp"
#include "worker/pipeline/worker_metrics.hpp"
#include "worker/runtime/pacing.hpp"
#include "worker/runtime/rounds.hpp"

#include <chrono>
#include <cstdint>

namespace billhook {

// What a thread of the worker is given; all of it outlives the call.
struct surroundings {
    pacing& pace;
    mirror_queue& changed;
    const worker_metrics& numbers;
    log& lines;
    heartbeat& signs;
    std::chrono::milliseconds time_every{1000};  // between two horizons of an idle partition
};

// One consumer, until a stop is requested (or a bounded source ends: then `left`). Blocks; catches
// every exception of the ports, once, and lets `loop` say what follows. Never ends because of
// broker or database, whatever they answer; `gave_up` is a bug of ours.
[[nodiscard]] ending run(record_source& source, consumer_session& postgres, surroundings with);

}  // namespace billhook
