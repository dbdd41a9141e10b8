#pragma once

#include "ingest/api/service/api_handler.hpp"
#include "ingest/server/admission.hpp"
#include "ingest/server/listener.hpp"
#include "ingest/server/server_metrics.hpp"
#include "ingest/server/trusted_proxies.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/process/admin_server.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/metrics.hpp"
#include "schemas/settings/listen_address.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace billhook::api {

// What the API is made of.
struct api_plan {
    boost::asio::ip::tcp::endpoint listen;
    listen_address admin_listen;
    std::size_t threads = 1;
    std::size_t blocking_threads = 8;
    std::size_t waiting = 256;
    limits bounds;
    trusted_proxies proxies;
    postgres::connect_options database;
    stripe::client_settings stripe;
    kafka::producer_settings kafka;
    bool livemode = false;
    std::vector<std::string> return_origins;
    std::vector<std::string> cors_origins;
    std::optional<billing_page> page;    // nothing: none is served
    std::size_t organization_rate = 60;  // calls a minute that ask Stripe
    // What gates are told while Postgres is away.
    std::chrono::seconds gate_memory{600};
    stated_gates gate_answers;
    std::string topic;
    catalogue plans;
    std::chrono::milliseconds deadline{20'000};
    std::chrono::milliseconds after_deadline{5'000};
    std::chrono::milliseconds stop_deadline{15'000};
    // Whether sessions can be verified now: without that the API is not ready. From any thread.
    std::function<bool()> can_believe = [] { return true; };
};

// The whole API: a thread with an io_context and a socket as often as planned, all at one port; the
// pool that blocks for them; and the admin listener's thread.
class api_service {
public:
    // Opens all sockets: throws cannot_listen, or std::system_error for the admin's; throws
    // kafka::failure if its settings are refused. `doorman` outlives this.
    api_service(api_plan plan, authority& doorman, metrics& numbers, log& to);
    ~api_service();
    api_service(const api_service&) = delete;
    api_service& operator=(const api_service&) = delete;

    // Serves until the descriptor (of `stop`) becomes readable, then ends gracefully: accepts no
    // more, lets calls finish, cuts the rest. Blocks. Once.
    void run(int stop_descriptor);

    [[nodiscard]] boost::asio::ip::tcp::endpoint address() const;
    [[nodiscard]] std::uint16_t admin_port() const { return admin_.port(); }

private:
    class door;
    [[nodiscard]] std::unique_ptr<backends> make_backends();
    [[nodiscard]] bool ready();

    api_plan plan_;
    log& lines_;
    system_clock clock_;
    api_metrics counted_;
    server_metrics server_metrics_;
    store_news news_;
    admission admitted_;
    snapshot_log snapshots_;
    stripe::circuit circuit_;
    operations running_;
    price_board prices_;
    rates often_;
    remembered_answers remembered_;
    away_gates away_;
    standing_desk standings_;  // before the pool, whose threads still read for it when they end
    blocking_pool pool_;
    api_context context_;
    std::vector<std::unique_ptr<door>> doors_;
    std::atomic<bool> stopping_{false};
    admin_server admin_;
};

}  // namespace billhook::api
