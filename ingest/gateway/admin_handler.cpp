#include "ingest/gateway/admin_handler.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

namespace billhook {

namespace {

constexpr std::string_view metrics_path = "/metrics";
constexpr std::string_view health_path = "/healthz";
constexpr std::string_view readiness_path = "/readyz";
constexpr std::array paths{metrics_path, health_path, readiness_path};

}  // namespace

admin_handler::admin_handler(metrics& from, const admission& of, std::function<bool()> ready)
    : metrics_(from),
      admitted_(of),
      ready_(std::move(ready)),
      connections_(from.add_gauge("billhook_ingest_connections", "connections that are open")),
      bytes_in_flight_(from.add_gauge(
          "billhook_ingest_bytes_in_flight",
          "bytes of verified events that have no delivery report yet"
      )),
      bytes_unverified_(from.add_gauge(
          "billhook_ingest_bytes_unverified",
          "bytes that unfinished headers and bodies may bring"
      )),
      waiting_(from.add_gauge(
          "billhook_ingest_requests_waiting",
          "requests that wait until they may bring their bytes"
      )),
      is_ready_(from.add_gauge("billhook_ingest_ready", "1 if /readyz says so")) {}

result<std::size_t, http::problem> admin_handler::route(const http::request_head& head) const {
    const auto* const found = std::find(paths.begin(), paths.end(), head.target);
    if (found == paths.end()) {
        return http::problem{http::problem_code::not_found};
    }
    if (head.method != "GET") {
        return http::problem{http::problem_code::method_not_allowed, "GET"};
    }
    return static_cast<std::size_t>(found - paths.begin());
}

std::optional<http::problem> admin_handler::refuses(std::size_t, const http::request_head&) {
    return std::nullopt;
}

boost::asio::awaitable<http::response> admin_handler::handle(
    std::size_t resource,
    http::request,
    unverified_share
) {
    const auto path = paths[resource];
    http::response reply;
    const bool ready = ready_();
    if (path == metrics_path) {
        connections_.set(static_cast<double>(admitted_.connections()));
        bytes_in_flight_.set(static_cast<double>(admitted_.bytes_in_flight()));
        bytes_unverified_.set(static_cast<double>(admitted_.bytes_unverified()));
        waiting_.set(static_cast<double>(admitted_.waiting()));
        is_ready_.set(ready ? 1 : 0);
        reply.content_type = metrics::content_type;
        reply.body = metrics_.exposition();
    } else if (path == readiness_path && !ready) {
        reply = http::to_response(http::problem{http::problem_code::not_ready});
    } else {
        reply.body = path == readiness_path ? R"({"ready":true})" : R"({"alive":true})";
    }
    co_return reply;
}

}  // namespace billhook
