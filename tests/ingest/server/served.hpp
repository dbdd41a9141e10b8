#pragma once

#include "ingest/gateway/webhook_handler.hpp"
#include "ingest/server/listener.hpp"
#include "tests/ingest/server/raw_client.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <mutex>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billhook::testing {

// A log of record in memory. `answer` is what an append comes to; `hold` lets it wait until the
// deadline of the caller.
struct memory_log final : event_log {
    boost::asio::awaitable<delivery> append(
        record what,
        reservation held,
        std::chrono::milliseconds deadline
    ) override;
    [[nodiscard]] bool ready() const override { return true; }
    [[nodiscard]] std::string last_error() const override { return {}; }

    [[nodiscard]] std::vector<record> records() const;
    [[nodiscard]] std::size_t count() const;

    std::atomic<delivery> answer{delivery::persisted};
    std::atomic<bool> hold{false};
    std::atomic<bool> fail{false};    // throws
    std::atomic<bool> forget{false};  // keeps nothing, so that loads may be long
    std::mutex still;  // held by a test: an append stands still, and its whole thread

private:
    mutable std::mutex guard_;
    std::vector<record> records_;
};

struct fixed_clock final : clock {
    [[nodiscard]] instant now() const override { return from_unix_seconds(1700000000); }
    void sleep(std::chrono::milliseconds) override {}
};

inline constexpr const char* test_path = "/stripe/webhook";

// One endpoint at that path, with one secret.
[[nodiscard]] std::vector<endpoint> test_endpoints();
// "t=1700000000,v1=..." for that body, by the secret of the server below.
[[nodiscard]] std::string signature_of(std::string_view body);

// A gateway with a log in memory, on a thread and a free port of the loopback, until it is
// destroyed, gracefully.
class served {
public:
    explicit served(
        const limits& bounds = limits_from({}),
        trusted_proxies proxies = {},
        std::chrono::milliseconds append_deadline = std::chrono::milliseconds{300}
    );
    ~served();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] admission& admitted() { return admitted_; }
    [[nodiscard]] metrics& counted() { return metrics_; }
    void stop(std::chrono::milliseconds finish);
    // What it wrote to its log. After `stop`.
    [[nodiscard]] std::string written() const { return lines_.str(); }

    memory_log log_of_record;

private:
    limits bounds_;
    trusted_proxies proxies_;
    admission admitted_;
    metrics metrics_;
    server_metrics server_metrics_;
    gateway_metrics gateway_metrics_;
    fixed_clock clock_;
    std::ostringstream lines_;
    billhook::log log_;
    boost::asio::io_context io_;
    webhook_handler handler_;
    listener listener_;
    std::uint16_t port_;
    bool stopped_ = false;
    std::thread thread_;
};

}  // namespace billhook::testing
