#pragma once

#include "ingest/api/calls/order.hpp"

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <vector>

namespace billhook::api {

// The prices of the plans as Stripe showed them last. Whoever looks when they are older than five
// minutes asks Stripe, one at a time; all others are told what is known meanwhile. What fails
// changes nothing and is tried again after ten seconds. Any thread.
class price_board {
public:
    using known = std::shared_ptr<const std::vector<shown_prices>>;
    // What asks Stripe: blocks; nullptr if that failed.
    using question = std::function<known()>;

    // nullptr: Stripe has not shown them yet.
    [[nodiscard]] known look(const question& ask, std::chrono::steady_clock::time_point now);

private:
    std::mutex guard_;  // of all below
    known known_;
    bool asking_ = false;
    std::chrono::steady_clock::time_point ask_at_{};
};

}  // namespace billhook::api
