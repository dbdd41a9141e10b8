#pragma once

#include "ingest/gateway/gateway.hpp"
#include "ingest/gateway/kafka_event_log.hpp"
#include "ingest/gateway/webhook_handler.hpp"

#include <thread>

namespace billhook {

// One thread of the gateway and all that only it touches.
class gateway::shard {
public:
    shard(gateway& of, const boost::asio::ip::tcp::endpoint& at);

    void start();
    // Any thread; ends as the gateway's plan says.
    void begin_stop();
    void join() { thread_.join(); }

    [[nodiscard]] bool ready() const { return log_of_record_.ready(); }
    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const { return listener_.address(); }

private:
    void run() noexcept;
    boost::asio::awaitable<void> stop();

    gateway& gateway_;
    boost::asio::io_context io_{1};
    kafka_event_log log_of_record_;
    webhook_handler handler_;
    listener listener_;
    std::thread thread_;
};

}  // namespace billhook
