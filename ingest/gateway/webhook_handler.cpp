#include "ingest/gateway/webhook_handler.hpp"

#include "ingest/webhook/intake.hpp"
#include "ingest/webhook/reply.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

namespace {

std::size_t place_of(const endpoint& at, std::string_view secret) {
    const auto found = std::find_if(at.secrets.begin(), at.secrets.end(), [&](const auto& one) {
        return one.name == secret;
    });
    return static_cast<std::size_t>(found - at.secrets.begin());
}

}  // namespace

webhook_handler::webhook_handler(
    std::vector<endpoint> endpoints,
    event_log& into,
    const gateway_metrics& counted,
    const clock& time,
    std::chrono::milliseconds append_deadline
)
    : endpoints_(std::move(endpoints)),
      log_(into),
      counted_(counted),
      time_(time),
      append_deadline_(append_deadline) {}

std::optional<std::size_t> webhook_handler::find(std::string_view path) const {
    for (std::size_t i = 0; i < endpoints_.size(); ++i) {
        if (endpoints_[i].path == path) {
            return i;
        }
    }
    return std::nullopt;
}

std::optional<http::problem> webhook_handler::refuses(const http::request_head& head) {
    if (!find(head.target)) {
        return http::problem{http::problem_code::not_found};
    }
    if (head.method != "POST") {
        return http::problem{http::problem_code::method_not_allowed, "POST"};
    }
    return std::nullopt;
}

boost::asio::awaitable<http::response> webhook_handler::handle(
    http::request what,
    reservation held
) {
    const auto place = find(what.head.target);
    if (!place) {
        co_return http::to_response(http::problem{http::problem_code::not_found});
    }
    const auto& at = endpoints_[*place];
    auto decided = decide(std::move(what), at, time_.now());
    if (!decided) {
        counted_.refused(*place, decided.error());
        co_return reply_to(decided.error());
    }
    counted_.accepted(*place, place_of(at, decided->secret));
    const auto begun = std::chrono::steady_clock::now();
    const auto known = co_await log_.append(std::move(*decided), std::move(held), append_deadline_);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
    counted_.appended(known, took.count());
    co_return reply_to(known);
}

}  // namespace billhook
