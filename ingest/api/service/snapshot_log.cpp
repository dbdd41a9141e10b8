#include "ingest/api/service/snapshot_log.hpp"

#include "schemas/messages/record.hpp"
#include "schemas/stripe/routing.hpp"

#include <condition_variable>
#include <memory>
#include <mutex>
#include <utility>

namespace billhook::api {

namespace {

constexpr std::chrono::milliseconds look_again{100};
constexpr std::chrono::milliseconds last_words{1'000};

// What the caller and the report share.
struct pending {
    std::mutex guard;
    std::condition_variable bell;
    bool reported = false;
    std::optional<log_position> at;  // only of what is persisted
};

class waiter final : public kafka::report_waiter {
public:
    explicit waiter(std::shared_ptr<pending> who) : who_(std::move(who)) {}

    void placed(std::int32_t partition, std::int64_t offset) noexcept override {
        const std::lock_guard lock(who_->guard);
        who_->at = log_position{partition, offset};
    }
    void reported(delivery) noexcept override {
        {
            const std::lock_guard lock(who_->guard);
            who_->reported = true;
        }
        who_->bell.notify_all();
    }

private:
    std::shared_ptr<pending> who_;
};

message message_of(const reading& what, const std::string& topic, instant received_at) {
    record made;
    made.body = to_json(what);
    auto to = stripe::route(made.body);
    made.key = std::move(to.key);
    made.event_id = std::move(to.event_id);
    made.event_type = std::move(to.event_type);
    made.received_at = received_at;
    made.source = record_source_kind::api;
    auto headers = headers_of(made);
    return {topic, std::move(made.key), std::move(made.body), std::move(headers)};
}

}  // namespace

snapshot_log::snapshot_log(const kafka::producer_settings& settings, std::string topic)
    : topic_(std::move(topic)), producer_(settings), reports_([this] {
          while (!ending_) {
              producer_.drain(look_again);
          }
      }) {}

snapshot_log::~snapshot_log() {
    ending_ = true;
    reports_.join();
    static_cast<void>(producer_.flush(last_words));
}

std::optional<log_position> snapshot_log::append(
    const reading& what,
    instant received_at,
    std::chrono::steady_clock::time_point until
) {
    const auto mine = std::make_shared<pending>();
    auto sent = message_of(what, topic_, received_at);
    std::unique_ptr<kafka::report_waiter> who = std::make_unique<waiter>(mine);
    if (producer_.produce(std::move(sent), std::move(who))) {
        return std::nullopt;
    }
    std::unique_lock lock(mine->guard);
    mine->bell.wait_until(lock, until, [&] { return mine->reported; });
    return mine->at;
}

}  // namespace billhook::api
