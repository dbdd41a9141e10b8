#include "ingest/api/service/api_service.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <exception>
#include <poll.h>
#include <thread>
#include <utility>

namespace billhook::api {

namespace asio = boost::asio;

namespace {

constexpr std::size_t most_callers_keys =
    10'000;  // of callers, each with an answer of some hundred bytes
constexpr std::size_t most_gates = 100'000;  // that are remembered, each of some hundred bytes

}  // namespace

// One thread of the API and all that only it touches.
class api_service::door {
public:
    door(api_service& of, const asio::ip::tcp::endpoint& at)
        : of_(of),
          handler_(of.context_),
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

    [[nodiscard]] asio::ip::tcp::endpoint address() const { return listener_.address(); }
    void start() {
        listener_.start();
        thread_ = std::thread{[this] { run(); }};
    }
    // Any thread; ends as the plan says.
    void begin_stop() { asio::co_spawn(io_, stop(), asio::detached); }
    void join() { thread_.join(); }

private:
    void run() noexcept {
        for (;;) {
            try {
                io_.run();
                break;  // out of work: stopped
            } catch (const std::exception& why) {
                of_.lines_.error("a handler failed", "cause"_is(why.what()));
            }
        }
    }
    asio::awaitable<void> stop() { co_await listener_.stop(of_.plan_.stop_deadline); }

    api_service& of_;
    asio::io_context io_{1};
    api_handler handler_;
    listener listener_;
    std::thread thread_;
};

api_service::api_service(api_plan plan, authority& doorman, metrics& numbers, log& to)
    : plan_(std::move(plan)),
      lines_(to),
      counted_(numbers),
      server_metrics_(numbers, "api"),
      news_(counted_, to),
      admitted_(plan_.bounds),
      snapshots_(plan_.kafka, plan_.topic),
      circuit_(stripe::circuit_limits{
}),
      often_(plan_.organization_rate),
      remembered_(most_callers_keys),
      away_(plan_.gate_memory, plan_.gate_answers, most_gates),
      standings_(pool_, plan_.waiting),
      pool_(plan_.blocking_threads, plan_.waiting, [this] { return make_backends(); }),
      context_{
          doorman,
          pool_,
          standings_,
          away_,
          news_,
          counted_,
          clock_,
          stripe_side{
              snapshots_,
              circuit_,
              running_,
              prices_,
              clock_,
              lines_,
              plan_.livemode,
              plan_.return_origins,
              plan_.plans},
          plan_.deadline,
          plan_.after_deadline,
          often_,
          remembered_,
          plan_.cors_origins,
          plan_.page ? &*plan_.page : nullptr},
      admin_(plan_.admin_listen, usual_routes(numbers, [this] { return ready(); }), to) {
    require_free(plan_.listen);
    auto at = plan_.listen;
    for (std::size_t i = 0; i < plan_.threads; ++i) {
        doors_.push_back(std::make_unique<door>(*this, at));
        at = doors_.front()->address();
    }
}

// Whoever waited for an answer may have gone; the thread that it goes to is there until it came.
api_service::~api_service() {
    pool_.end();
}

std::unique_ptr<backends> api_service::make_backends() {
    return std::make_unique<backends>(plan_.database, plan_.topic, news_, plan_.stripe);
}

asio::ip::tcp::endpoint api_service::address() const {
    return doors_.front()->address();
}

bool api_service::ready() {
    // The admin's thread waits for nothing: it hears what became of the question before.
    static_cast<void>(pool_.submit([](backends& with) {
        try {
            with.state.check();
        } catch (const store_unavailable&) {  // the news say so
        }
    }));
    return !stopping_ && news_.answered_last() && plan_.can_believe();
}

void api_service::run(int stop_descriptor) {
    for (const auto& each : doors_) {
        each->start();
    }
    pollfd wish{stop_descriptor, POLLIN, 0};
    while (::poll(&wish, 1, -1) < 1) {
    }
    stopping_ = true;
    for (const auto& each : doors_) {
        each->begin_stop();
    }
    for (const auto& each : doors_) {
        each->join();
    }
}

}  // namespace billhook::api
