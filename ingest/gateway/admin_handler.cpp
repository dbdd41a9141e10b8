#include "ingest/gateway/admin_handler.hpp"

#include <utility>

namespace billhook {

admin_handler::admin_handler(metrics& from, const admission& of, std::function<bool()> ready)
    : metrics_(from),
      admitted_(of),
      ready_(std::move(ready)),
      connections_(from.add_gauge("billhook_ingest_connections", "connections that are open")),
      bytes_in_flight_(from.add_gauge(
          "billhook_ingest_bytes_in_flight",
          "bytes of bodies that are read and have no delivery report yet"
      )),
      is_ready_(from.add_gauge("billhook_ingest_ready", "1 if /readyz says so")) {}

std::optional<http::problem> admin_handler::refuses(const http::request_head& head) {
    if (head.target != "/metrics" && head.target != "/healthz" && head.target != "/readyz") {
        return http::problem{http::problem_code::not_found};
    }
    if (head.method != "GET") {
        return http::problem{http::problem_code::method_not_allowed, "GET"};
    }
    return std::nullopt;
}

boost::asio::awaitable<http::response> admin_handler::handle(http::request what, reservation) {
    http::response reply;
    const bool ready = ready_();
    if (what.head.target == "/metrics") {
        connections_.set(static_cast<double>(admitted_.connections()));
        bytes_in_flight_.set(static_cast<double>(admitted_.bytes_in_flight()));
        is_ready_.set(ready ? 1 : 0);
        reply.content_type = metrics::content_type;
        reply.body = metrics_.exposition();
    } else if (what.head.target == "/readyz" && !ready) {
        reply = http::to_response(http::problem{http::problem_code::not_ready});
    } else {
        reply.body = what.head.target == "/readyz" ? R"({"ready":true})" : R"({"alive":true})";
    }
    co_return reply;
}

}  // namespace billhook
