#include "ingest/gateway/webhook_handler.hpp"

#include "ingest/webhook/intake.hpp"
#include "ingest/webhook/reply.hpp"

#include <boost/asio/this_coro.hpp>

#include <algorithm>
#include <utility>

namespace billhook {

webhook_handler::webhook_handler(
    std::vector<endpoint> endpoints,
    event_log& into,
    verified_bytes& in_flight,
    const gateway_metrics& counted,
    log& lines,
    const clock& time,
    std::chrono::milliseconds append_deadline
)
    : endpoints_(std::move(endpoints)),
      log_of_record_(into),
      in_flight_(in_flight),
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

http::problem webhook_handler::refuse(
    std::size_t resource,
    signature_refusal why,
    instant received_at
) {
    counted_.refused(resource, why);
    news_.refused(endpoints_[resource].name, why, received_at);
    return problem_of(why);
}

std::optional<http::problem> webhook_handler::refuses(
    std::size_t resource,
    const http::request_head& head
) {
    const auto received_at = time_.now();
    if (const auto why = refuses_head(head, endpoints_[resource], received_at)) {
        return refuse(resource, *why, received_at);
    }
    return std::nullopt;
}

boost::asio::awaitable<http::response> webhook_handler::handle(
    std::size_t resource,
    http::request what,
    unverified_share held
) {
    const auto received_at = time_.now();
    auto decided = decide(std::move(what), endpoints_[resource], received_at);
    if (!decided) {
        co_return http::to_response(refuse(resource, decided.error(), received_at));
    }
    counted_.accepted(resource, decided->secret);
    const auto begun = std::chrono::steady_clock::now();
    auto entry = std::move(decided->to_append);
    const auto executor = co_await boost::asio::this_coro::executor;
    auto place = in_flight_.ask(entry.body.size(), executor);
    if (!place.is_in()) {
        const bool in = co_await place.place()->come(begun + append_deadline_);
        if (!in) {
            co_return http::to_response({.code = http::problem_code::overloaded});
        }
    }
    held = {};
    const auto known =
        co_await log_of_record_.append(std::move(entry), std::move(place), append_deadline_);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    counted_.appended(known, took.count());
    news_.appended(known, log_of_record_.last_error(), time_.now());
    co_return reply_to(known);
}

}  // namespace billhook
