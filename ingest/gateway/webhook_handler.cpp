#include "ingest/gateway/webhook_handler.hpp"

#include "ingest/webhook/intake.hpp"
#include "ingest/webhook/reply.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

webhook_handler::webhook_handler(
    std::vector<endpoint> endpoints,
    event_log& into,
    const gateway_metrics& counted,
    log& lines,
    const clock& time,
    std::chrono::milliseconds append_deadline
)
    : endpoints_(std::move(endpoints)),
      log_of_record_(into),
      counted_(counted),
      news_(lines),
      time_(time),
      append_deadline_(append_deadline) {}

result<std::size_t, http::problem> webhook_handler::route(const http::request_head& head) const {
    const auto has_path = [&](const endpoint& at) { return at.path == head.target; };
    const auto found = std::find_if(endpoints_.begin(), endpoints_.end(), has_path);
    if (found == endpoints_.end()) {
        return http::problem{http::problem_code::not_found};
    }
    if (head.method != "POST") {
        return http::problem{http::problem_code::method_not_allowed, "POST"};
    }
    return static_cast<std::size_t>(found - endpoints_.begin());
}

boost::asio::awaitable<http::response> webhook_handler::handle(
    std::size_t resource,
    http::request what,
    reservation held
) {
    const auto& at = endpoints_[resource];
    const auto received_at = time_.now();
    auto decided = decide(std::move(what), at, received_at);
    if (!decided) {
        counted_.refused(resource, decided.error());
        news_.refused(at.name, decided.error(), received_at);
        co_return reply_to(decided.error());
    }
    counted_.accepted(resource, decided->secret);
    auto entry = std::move(decided->to_append);
    const auto begun = std::chrono::steady_clock::now();
    const auto known =
        co_await log_of_record_.append(std::move(entry), std::move(held), append_deadline_);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    counted_.appended(known, took.count());
    news_.appended(known, log_of_record_.last_error(), time_.now());
    co_return reply_to(known);
}

}  // namespace billhook
