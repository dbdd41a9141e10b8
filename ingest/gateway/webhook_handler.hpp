#pragma once

#include "ingest/gateway/event_log.hpp"
#include "ingest/gateway/gateway_metrics.hpp"
#include "ingest/gateway/gateway_news.hpp"
#include "ingest/server/request_handler.hpp"
#include "ingest/webhook/endpoint.hpp"
#include "schemas/io/process/clock.hpp"

#include <chrono>
#include <cstddef>
#include <vector>

namespace billhook {

// POST to an endpoint's exact path -> decide -> append -> reply. One for each thread, with
// endpoints of its own.
class webhook_handler final : public request_handler {
public:
    webhook_handler(
        std::vector<endpoint> endpoints,
        event_log& into,
        verified_bytes& in_flight,
        const gateway_metrics& counted,
        log& lines,
        const clock& time,
        std::chrono::milliseconds append_deadline
    );

    // The resource is the endpoint's place.
    [[nodiscard]] result<std::size_t, http::problem> route(const http::request_head& head
    ) const override;
    [[nodiscard]] std::optional<http::problem> refuses(
        std::size_t resource,
        const http::request_head& head
    ) override;
    boost::asio::awaitable<http::response> handle(
        std::size_t resource,
        http::request what,
        unverified_share held
    ) override;

private:
    [[nodiscard]] http::problem refuse(
        std::size_t resource,
        signature_refusal why,
        instant received_at
    );

    std::vector<endpoint> endpoints_;
    event_log& log_of_record_;
    verified_bytes& in_flight_;
    const gateway_metrics& counted_;
    gateway_news news_;
    const clock& time_;
    std::chrono::milliseconds append_deadline_;
};

}  // namespace billhook
