#include "ingest/api/service/price_board.hpp"

namespace billhook::api {

namespace {

constexpr std::chrono::minutes prices_stay{5};
constexpr std::chrono::seconds until_the_next_try{10};

}  // namespace

price_board::known price_board::look(
    const question& ask,
    std::chrono::steady_clock::time_point now
) {
    {
        const std::lock_guard lock(guard_);
        if (asking_ || now < ask_at_) {
            return known_;
        }
        asking_ = true;
    }
    const auto shown = ask();
    const std::lock_guard lock(guard_);
    asking_ = false;
    known_ = shown ? shown : known_;
    ask_at_ = now + (shown ? std::chrono::seconds{prices_stay} : until_the_next_try);
    return known_;
}

}  // namespace billhook::api
