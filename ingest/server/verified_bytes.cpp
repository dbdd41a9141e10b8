#include "ingest/server/verified_bytes.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

reservation::reservation(reservation&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)), bytes_(other.bytes_), turn_(std::move(other.turn_)) {}

reservation& reservation::operator=(reservation&& other) noexcept {
    const reservation old{std::move(*this)};
    of_ = std::exchange(other.of_, nullptr);
    bytes_ = other.bytes_;
    turn_ = std::move(other.turn_);
    return *this;
}

reservation::~reservation() {
    if (of_ != nullptr) {
        of_->leave(*this);
    }
}

bool verified_bytes::take(std::size_t bytes) noexcept {
    auto held = held_.load();
    do {
        if (held != 0 && held + bytes > bound_) {
            return false;
        }
    } while (!held_.compare_exchange_weak(held, held + bytes));
    return true;
}

reservation verified_bytes::ask(std::size_t bytes, const boost::asio::any_io_executor& where) {
    reservation one;
    one.of_ = this;
    one.bytes_ = bytes;
    if (waiting_ == 0 && take(bytes)) {
        return one;
    }
    one.turn_ = std::make_shared<turn>(where);
    const std::scoped_lock lock{guard_};
    // First counted, then tried: who gives back meanwhile either is seen here or looks there.
    ++waiting_;
    line_.push_back({one.turn_.get(), bytes});
    let_in();
    return one;
}

void verified_bytes::leave(const reservation& one) {
    if (one.turn_) {
        const std::scoped_lock lock{guard_};
        const auto at = std::find_if(line_.begin(), line_.end(), [&](const entry& each) {
            return each.who == one.turn_.get();
        });
        if (at != line_.end()) {
            line_.erase(at);
            --waiting_;
            let_in();
            return;
        }
    }
    held_ -= one.bytes_;
    if (waiting_ != 0) {
        const std::scoped_lock lock{guard_};
        let_in();
    }
}

void verified_bytes::let_in() {
    while (!line_.empty() && take(line_.front().bytes)) {
        line_.front().who->let_in();
        line_.pop_front();
        --waiting_;
    }
}

}  // namespace billhook
