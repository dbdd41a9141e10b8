#pragma once

#include "ingest/api/service/api_metrics.hpp"
#include "schemas/io/process/log.hpp"

#include <atomic>
#include <string_view>

namespace billhook::api {

// Whether Postgres answers: a line in the log when that changes, and the gauge. Any thread.
class store_news {
public:
    store_news(const api_metrics& counted, log& lines) : counted_(counted), lines_(lines) {}

    void answers();
    void is_away(std::string_view cause);
    // False as long as nobody asked.
    [[nodiscard]] bool answered_last() const { return answered_; }

private:
    const api_metrics& counted_;
    log& lines_;
    std::atomic<bool> away_{false};
    std::atomic<bool> answered_{false};
};

}  // namespace billhook::api
