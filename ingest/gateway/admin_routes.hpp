#pragma once

#include "ingest/server/admission.hpp"
#include "schemas/io/process/admin_server.hpp"

#include <functional>

namespace billhook {

// GET /metrics, /healthz (the process lives) and /readyz (every thread's log is ready; not while
// stopping). `of` is the webhook listener's admission; `ready` is asked on the admin server's
// thread. All of them outlive the server.
[[nodiscard]] admin_server::routes admin_routes(
    metrics& from,
    const admission& of,
    std::function<bool()> ready
);

}  // namespace billhook
