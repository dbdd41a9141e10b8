#pragma once

#include "ingest/api/service/api_metrics.hpp"
#include "schemas/io/process/log.hpp"

#include <atomic>
#include <chrono>
#include <string_view>

namespace billhook::api {

// Whether Postgres answers: a line in the log when that changes, and the gauge. Any thread.
class store_news {
public:
    store_news(const api_metrics& counted, log& lines) : counted_(counted), lines_(lines) {}

    void answers();
    void is_away(std::string_view cause);
    [[nodiscard]] bool away() const { return away_; }
    // Whether to ask it again by the way, for nobody: once a second at most.
    [[nodiscard]] bool asks_again(std::chrono::steady_clock::time_point now);
    // False as long as nobody asked.
    [[nodiscard]] bool answered_last() const { return answered_; }

private:
    const api_metrics& counted_;
    log& lines_;
    std::atomic<bool> away_{false};
    std::atomic<bool> answered_{false};
    std::atomic<std::chrono::steady_clock::time_point> asks_at_{};
};

}  // namespace billhook::api
