#pragma once

#include "ingest/server/request_handler.hpp"
#include "schemas/io/process/metrics.hpp"

#include <cstddef>
#include <functional>

namespace billhook {

// GET /metrics, /healthz (the process lives) and /readyz (every thread's log is ready; not while
// stopping). For a listener of its own, on the loopback unless the settings say otherwise.
class admin_handler final : public request_handler {
public:
    // `of` is the webhook listener's admission; `ready` is asked on the admin listener's thread.
    admin_handler(metrics& from, const admission& of, std::function<bool()> ready);

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
    metrics& metrics_;
    const admission& admitted_;
    std::function<bool()> ready_;
    gauge connections_;
    gauge bytes_in_flight_;
    gauge bytes_unverified_;
    gauge waiting_;
    gauge is_ready_;
};

}  // namespace billhook
