#include "ingest/gateway/kafka_event_log.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <memory>
#include <optional>
#include <unistd.h>
#include <utility>

namespace billhook {

namespace {

namespace asio = boost::asio;

constexpr auto result_of_wait = asio::as_tuple(asio::use_awaitable);

// What the coroutine and the report share. The timer is the coroutine's bell: it rings at the
// deadline or, cancelled, when the report is there.
struct pending {
    explicit pending(asio::io_context& io) : bell(io) {}
    asio::steady_timer bell;
    std::optional<delivery> reported;
};

class waiter final : public kafka::report_waiter {
public:
    waiter(std::shared_ptr<pending> who, reservation held)
        : who_(std::move(who)), held_(std::move(held)) {}

    void reported(delivery what) noexcept override {
        who_->reported = what;
        who_->bell.cancel();
    }

private:
    std::shared_ptr<pending> who_;
    reservation held_;
};

}  // namespace

kafka_event_log::kafka_event_log(
    asio::io_context& io,
    const kafka::producer_settings& settings,
    std::string topic
)
    : io_(io),
      topic_(std::move(topic)),
      producer_(settings),
      reports_(io, producer_.descriptor()) {}

kafka_event_log::~kafka_event_log() {
    if (reports_.is_open()) {
        reports_.release();  // the producer's own
    }
}

void kafka_event_log::start() {
    asio::co_spawn(io_, take_reports(), asio::detached);
}

asio::awaitable<void> kafka_event_log::take_reports() {
    while (!stopped_) {
        const auto [ec] =
            co_await reports_.async_wait(asio::posix::stream_descriptor::wait_read, result_of_wait);
        if (ec) {
            break;
        }
        producer_.drain();
    }
}

bool kafka_event_log::stop(std::chrono::milliseconds flush) {
    stopped_ = true;
    reports_.release();
    return producer_.flush(flush);
}

asio::awaitable<delivery> kafka_event_log::append(
    record what,
    reservation held,
    std::chrono::milliseconds deadline
) {
    const auto mine = std::make_shared<pending>(io_);
    mine->bell.expires_after(deadline);
    message out;
    out.topic = topic_;
    out.headers = headers_of(what);
    out.key = std::move(what.key);
    out.value = std::move(what.body);
    std::unique_ptr<kafka::report_waiter> who = std::make_unique<waiter>(mine, std::move(held));
    if (producer_.produce(std::move(out), std::move(who))) {
        co_return delivery::refused;
    }
    while (!mine->reported) {
        const auto [ec] = co_await mine->bell.async_wait(result_of_wait);
        if (!ec) {
            break;  // the deadline
        }
    }
    co_return mine->reported.value_or(delivery::unknown);
}

bool kafka_event_log::ready() const {
    return producer_.healthy() && producer_.reachable();
}

}  // namespace billhook
