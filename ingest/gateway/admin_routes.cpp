#include "ingest/gateway/admin_routes.hpp"

#include "ingest/http/problem.hpp"

#include <utility>

namespace billhook {

admin_server::routes admin_routes(metrics& from, const admission& of, std::function<bool()> ready) {
    const gauge connections =
        from.add_gauge("billhook_ingest_connections", "connections that are open");
    const gauge bytes_in_flight = from.add_gauge(
        "billhook_ingest_bytes_in_flight",
        "bytes of verified events that have no delivery report yet"
    );
    const gauge bytes_unverified = from.add_gauge(
        "billhook_ingest_bytes_unverified", "bytes that unfinished headers and bodies may bring"
    );
    const gauge waiting = from.add_gauge(
        "billhook_ingest_requests_waiting", "requests that wait until they may bring their bytes"
    );
    const gauge is_ready = from.add_gauge("billhook_ingest_ready", "1 if /readyz says so");

    admin_server::routes answers;
    answers["/metrics"] = [=, &from, &of] {
        connections.set(static_cast<double>(of.connections()));
        bytes_in_flight.set(static_cast<double>(of.bytes_in_flight()));
        bytes_unverified.set(static_cast<double>(of.bytes_unverified()));
        waiting.set(static_cast<double>(of.waiting()));
        is_ready.set(ready() ? 1 : 0);
        return admin_reply{200, from.exposition(), std::string(metrics::content_type)};
    };
    answers["/healthz"] = [] { return admin_reply{200, R"({"alive":true})", "application/json"}; };
    answers["/readyz"] = [ready] {
        if (ready()) {
            return admin_reply{200, R"({"ready":true})", "application/json"};
        }
        auto refused = http::to_response(http::problem{http::problem_code::not_ready});
        return admin_reply{
            refused.status, std::move(refused.body), std::string(refused.content_type)};
    };
    return answers;
}

}  // namespace billhook
