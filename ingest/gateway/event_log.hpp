#pragma once

#include "ingest/server/admission.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/messages/record.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <string>

namespace billhook {

// Port: the log of record, `stripe.events`. On its io_context's thread only.
struct event_log {
    virtual ~event_log() = default;
    // `persisted` only after the broker's report for exactly these bytes; `unknown` also when the
    // deadline passes before the report, `refused` if they were not even queued. `held` counts the
    // record's bytes as in flight until the report, however early the caller was answered.
    virtual boost::asio::awaitable<delivery> append(
        record what,
        reservation held,
        std::chrono::milliseconds deadline
    ) = 0;
    // Whether an append has a chance at the moment. Any thread.
    [[nodiscard]] virtual bool ready() const = 0;
    // Kafka's name of what last went wrong ("_TIMED_OUT"); empty if nothing did since all was well.
    [[nodiscard]] virtual std::string last_error() const = 0;
};

}  // namespace billhook
