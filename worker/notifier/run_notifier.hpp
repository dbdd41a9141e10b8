#pragma once

#include "schemas/io/process/log.hpp"
#include "worker/ledger/leases.hpp"
#include "worker/notifier/notice_backlog.hpp"
#include "worker/notifier/notice_source.hpp"
#include "worker/notifier/notifier.hpp"
#include "worker/notifier/notifier_metrics.hpp"
#include "worker/pipeline/run.hpp"
#include "worker/pipeline/watchdog.hpp"

#include <cstddef>
#include <functional>
#include <memory>

namespace billhook {

// What the notifier has open at Postgres: objects over one connection, destroyed together.
struct notifier_session {
    virtual ~notifier_session() = default;
    virtual notice_claims& claims() = 0;
    virtual leases& rights() = 0;
};
using notifier_opener = std::function<std::unique_ptr<notifier_session>()>;

// What it is given; all of it outlives the call.
struct notifier_surroundings {
    notifier_opener open;
    notice_source& source;
    notifier& sends;
    pacing& pace;
    const notifier_metrics& numbers;
    log& lines;
    heartbeat& signs;
    std::size_t waiting = 1'000;  // no more is read while so many wait
};

// Reads, sends, defers, until a stop is requested (`left`) or the database is not one to work with
// (`gave_up`). Blocks; catches what the ports throw, once a round. Never ends because a server is
// away.
[[nodiscard]] ending run_notifier(notifier_surroundings with);

}  // namespace billhook
