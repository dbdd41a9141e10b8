#pragma once

#include "schemas/io/process/log.hpp"
#include "worker/ledger/leases.hpp"
#include "worker/notifier/backlog.hpp"
#include "worker/notifier/notice_source.hpp"
#include "worker/notifier/notifier.hpp"
#include "worker/notifier/notifier_metrics.hpp"
#include "worker/runtime/rounds.hpp"
#include "worker/runtime/watchdog.hpp"

#include <cstddef>

namespace billhook {

// What the notifier has open at Postgres.
using notifier_session = session<notice_claims, leases>;

// What it is given; all of it outlives the call.
struct notifier_surroundings {
    notice_source& source;
    notifier& sends;
    pacing& pace;
    const notifier_metrics& numbers;
    log& lines;
    heartbeat& signs;
    std::size_t waiting = 1'000;  // no more is read while so many wait
};

// Reads, sends, defers, in rounds, until a stop is requested; `gave_up` is a bug of ours. Blocks;
// catches what the ports throw, once a round. Never ends because of a server.
[[nodiscard]] ending run_notifier(notifier_session& postgres, notifier_surroundings with);

}  // namespace billhook
