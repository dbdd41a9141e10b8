#pragma once

#include "ingest/gateway/event_log.hpp"
#include "schemas/io/kafka/producer.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>

#include <chrono>
#include <string>

namespace billhook {

// `stripe.events` by a producer of this thread's own. Each thread has one, so that every report
// wakes its coroutine where it waits, without a lock or a hop between threads, and a producer that
// is being replaced after a fatal error stops one thread only; the price is librdkafka's threads
// and a connection to each broker for every producer. Delivery reports come through an eventfd into
// the io_context. The body is moved into the message and lies there until its report.
class kafka_event_log final : public event_log {
public:
    // Throws kafka::failure if the settings are refused; does not wait for a broker.
    kafka_event_log(
        boost::asio::io_context& io,
        const kafka::producer_settings& settings,
        std::string topic
    );
    ~kafka_event_log() override;

    // Starts to take reports. To be called before the first append.
    void start();
    // Takes no reports any more, so that the io_context runs out of work. To be called when nobody
    // waits in append. What is still in flight is then flushed. Blocks, at most for the deadline;
    // true if everything has its report.
    [[nodiscard]] bool stop(std::chrono::milliseconds flush);

    boost::asio::awaitable<delivery> append(
        record what,
        reservation held,
        std::chrono::milliseconds deadline
    ) override;
    [[nodiscard]] bool ready() const override;
    [[nodiscard]] std::string last_error() const override { return producer_.last_error(); }
    // How often the producer was replaced after a fatal error; any thread.
    [[nodiscard]] std::uint64_t replacements() const { return producer_.replacements(); }

private:
    boost::asio::awaitable<void> take_reports();

    boost::asio::io_context& io_;
    std::string topic_;
    kafka::producer producer_;
    boost::asio::posix::stream_descriptor reports_;
    bool stopped_ = false;
};

}  // namespace billhook
