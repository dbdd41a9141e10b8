#pragma once

#include "ingest/gateway/webhook_handler.hpp"
#include "ingest/server/listener.hpp"

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

    [[nodiscard]] std::vector<record> records() const;
    [[nodiscard]] std::size_t count() const;

    std::atomic<delivery> answer{delivery::persisted};
    std::atomic<bool> hold{false};
    std::atomic<bool> fail{false};  // throws

private:
    mutable std::mutex guard_;
    std::vector<record> records_;
};

struct fixed_clock final : clock {
    [[nodiscard]] instant now() const override { return from_unix_seconds(1700000000); }
    void sleep(std::chrono::milliseconds) override {}
};

inline constexpr const char* test_path = "/stripe/webhook";

// "t=1700000000,v1=..." for that body, by the secret of the server below.
[[nodiscard]] std::string signature_of(std::string_view body);

// A gateway with a log in memory, on a thread and a free port of the loopback, until it is
// destroyed, gracefully.
class served {
public:
    explicit served(const limits& bounds = {});
    ~served();

    [[nodiscard]] std::uint16_t port() const { return port_; }
    [[nodiscard]] const admission& admitted() const { return admitted_; }
    [[nodiscard]] metrics& counted() { return metrics_; }
    void stop(std::chrono::milliseconds finish);

    memory_log log_of_record;

private:
    limits bounds_;
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

// A blocking client that says exactly the bytes it is told.
class raw_client {
public:
    explicit raw_client(std::uint16_t port);
    ~raw_client();
    raw_client(const raw_client&) = delete;
    raw_client& operator=(const raw_client&) = delete;

    // As far as the other side takes it.
    void send(std::string_view bytes) const;
    void finish_sending() const;

    struct reply {
        int status = 0;  // 0: the connection ended, or nothing came in time
        std::string head;
        std::string body;
    };
    // The next response, interim ones (1xx) included.
    [[nodiscard]] reply receive();
    // Its header alone.
    [[nodiscard]] reply receive_head();
    // Something has come, or the end.
    [[nodiscard]] bool readable(std::chrono::milliseconds within) const;
    // True if the other side closes, within the time, and says nothing more before.
    [[nodiscard]] bool closed(std::chrono::milliseconds within = std::chrono::seconds{3});

private:
    bool fill(std::chrono::milliseconds within);

    int socket_;
    std::string pending_;
};

}  // namespace billhook::testing
