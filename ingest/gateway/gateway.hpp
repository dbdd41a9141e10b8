#pragma once

#include "ingest/gateway/gateway_metrics.hpp"
#include "ingest/server/admission.hpp"
#include "ingest/server/listener.hpp"
#include "ingest/server/server_metrics.hpp"
#include "ingest/webhook/endpoint.hpp"
#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/process/admin_server.hpp"
#include "schemas/io/process/clock.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/metrics.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace billhook {

// What a gateway is made of.
struct gateway_plan {
    boost::asio::ip::tcp::endpoint listen;
    listen_address admin_listen;
    std::size_t threads = 1;
    limits bounds;
    trusted_proxies proxies;
    kafka::producer_settings kafka;
    std::string topic;
    // Made anew for each thread, since signing keys are for one.
    std::function<std::vector<endpoint>()> endpoints;
    std::chrono::milliseconds append_deadline{8'000};
    // Two thirds for requests under way to be answered, the rest for what Kafka still has to
    // report.
    std::chrono::milliseconds stop_deadline{15'000};
};

// The whole gateway: a thread with an io_context, a socket and a producer of its own as often as
// planned, all at one port; and the admin server on its own.
class gateway {
public:
    // Opens all sockets: throws cannot_listen, or std::system_error for the admin's. Throws
    // kafka::failure if its settings are refused.
    gateway(gateway_plan plan, log& to);
    ~gateway();
    gateway(const gateway&) = delete;
    gateway& operator=(const gateway&) = delete;

    // Serves until the descriptor (of `stop`) becomes readable, then ends gracefully: accepts no
    // more, lets requests finish, cuts the rest, flushes the producers. Blocks. Once.
    void run(int stop_descriptor);

    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const;
    [[nodiscard]] std::uint16_t admin_port() const { return admin_->port(); }

private:
    class shard;
    [[nodiscard]] bool ready() const;

    gateway_plan plan_;
    log& lines_;
    system_clock clock_;
    metrics metrics_;
    server_metrics server_metrics_;
    gateway_metrics gateway_metrics_;
    admission admitted_;
    std::vector<std::unique_ptr<shard>> shards_;
    std::atomic<bool> stopping_{false};
    std::unique_ptr<admin_server> admin_;  // asks all of the above
};

}  // namespace billhook
