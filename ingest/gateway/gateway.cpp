#include "ingest/gateway/gateway.hpp"

#include "ingest/gateway/admin_handler.hpp"
#include "ingest/gateway/shard.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <algorithm>
#include <exception>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds look_again{20};
constexpr std::chrono::milliseconds admin_finish{1'000};

limits admin_limits() {
    auto bounds = limits_from({});
    bounds.header_bytes = 8 * 1024;
    bounds.body_bytes = 1024;
    bounds.connections = 64;
    bounds.connections_per_address = 64;
    bounds.unverified_bytes = 64 * 1024;
    bounds.unverified_bytes_per_address = bounds.unverified_bytes;
    return bounds;
}

asio::ip::tcp::acceptor only_listener(asio::io_context& io, const asio::ip::tcp::endpoint& at) {
    require_free(at);
    return listening_socket(io, at);
}

}  // namespace

gateway::gateway(gateway_plan plan, log& to)
    : plan_(std::move(plan)),
      lines_(to),
      server_metrics_(metrics_, "webhook"),
      admin_metrics_(metrics_, "admin"),
      gateway_metrics_(metrics_, plan_.endpoints()),
      admitted_(plan_.bounds),
      admin_bounds_(admin_limits()),
      admin_admitted_(admin_bounds_),
      admin_socket_(only_listener(io_, plan_.admin_listen)) {
    require_free(plan_.listen);
    auto at = plan_.listen;
    for (std::size_t i = 0; i < plan_.threads; ++i) {
        shards_.push_back(std::make_unique<shard>(*this, at));
        at = shards_.front()->address();
    }
}

gateway::~gateway() = default;

asio::ip::tcp::endpoint gateway::address() const {
    return shards_.front()->address();
}

asio::ip::tcp::endpoint gateway::admin_address() const {
    return admin_socket_.local_endpoint();
}

bool gateway::ready() const {
    return !stopping_ && std::all_of(shards_.begin(), shards_.end(), [](const auto& each) {
        return each->ready();
    });
}

asio::awaitable<void> gateway::wait_and_stop(int stop_descriptor, listener& admin) {
    asio::posix::stream_descriptor wish{io_, stop_descriptor};
    co_await wish.async_wait(asio::posix::stream_descriptor::wait_read, result_of_wait);
    wish.release();  // not ours to close
    stopping_ = true;
    for (const auto& each : shards_) {
        each->begin_stop();
    }
    asio::steady_timer pause{io_};
    const auto has_ended = [](const auto& each) { return each->ended(); };
    while (!std::all_of(shards_.begin(), shards_.end(), has_ended)) {
        pause.expires_after(look_again);
        co_await pause.async_wait(result_of_wait);
    }
    co_await admin.stop(admin_finish);
}

void gateway::run(int stop_descriptor) {
    admin_handler handler{metrics_, admitted_, [this] { return ready(); }};
    listener admin{
        io_,
        std::move(admin_socket_),
        session_context{
                        admin_bounds_, admin_admitted_, admin_proxies_, handler, admin_metrics_, clock_},
        lines_
    };
    for (const auto& each : shards_) {
        each->start();
    }
    admin.start();
    asio::co_spawn(io_, wait_and_stop(stop_descriptor, admin), asio::detached);
    for (;;) {
        try {
            io_.run();
            break;
        } catch (const std::exception& why) {
            lines_.error("a handler failed", "cause"_is(why.what()));
        }
    }
    for (const auto& each : shards_) {
        each->join();
    }
}

}  // namespace billhook
