#include "ingest/gateway/shard.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <exception>

namespace billhook {

gateway::shard::shard(gateway& of, const boost::asio::ip::tcp::endpoint& at)
    : gateway_(of),
      log_of_record_(io_, of.plan_.kafka, of.plan_.topic),
      handler_(
          of.plan_.endpoints(),
          log_of_record_,
          of.admitted_.verified(),
          of.gateway_metrics_,
          of.lines_,
          of.clock_,
          of.plan_.append_deadline
      ),
      listener_(
          io_,
          listening_socket(io_, at),
          session_context{
              of.plan_.bounds,
              of.admitted_,
              of.plan_.proxies,
              handler_,
              of.server_metrics_,
              of.clock_},
          of.lines_
      ) {}

void gateway::shard::start() {
    log_of_record_.start();
    listener_.start();
    thread_ = std::thread{[this] { run(); }};
}

void gateway::shard::run() noexcept {
    for (;;) {
        try {
            io_.run();
            break;  // out of work: stopped
        } catch (const std::exception& why) {
            gateway_.lines_.error("a handler failed", "cause"_is(why.what()));
        }
    }
}

void gateway::shard::begin_stop() {
    boost::asio::co_spawn(io_, stop(), boost::asio::detached);
}

boost::asio::awaitable<void> gateway::shard::stop() {
    const auto finish = gateway_.plan_.stop_deadline * 2 / 3;
    const auto begun = std::chrono::steady_clock::now();
    co_await listener_.stop(finish);
    const auto gone =
        std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - begun);
    const auto least = gateway_.plan_.stop_deadline / 3;
    if (!log_of_record_.stop(std::max(gateway_.plan_.stop_deadline - gone, least))) {
        gateway_.lines_.warning("stopped before Kafka reported on all; their senders were told 503"
        );
    }
}

}  // namespace billhook
