#pragma once

#include "ingest/server/connection.hpp"
#include "ingest/server/request_handler.hpp"
#include "ingest/server/server_metrics.hpp"
#include "ingest/server/trusted_proxies.hpp"
#include "schemas/io/process/clock.hpp"

#include <boost/asio/awaitable.hpp>

namespace billhook {

// What the sessions of a listener share; outlives them.
struct session_context {
    const limits& bounds;
    admission& admitted;
    const trusted_proxies& proxies;
    request_handler& handler;
    const server_metrics& counted;
    const clock& time;
};

// Serves a connection to its end: one request after the other, each read whole, answered, then the
// next. A request that is refused before its end closes the connection, since nobody can tell where
// the next one would begin. Pipelined requests wait in the socket. Throws what the handler threw
// after it was answered 500.
[[nodiscard]] boost::asio::awaitable<void> serve(connection& with, const session_context& context);

}  // namespace billhook
