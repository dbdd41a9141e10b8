#include "ingest/server/unverified_bytes.hpp"

#include <utility>
#include <vector>

namespace billhook {

unverified_share::unverified_share(unverified_share&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)),
      ticket_(other.ticket_),
      whose_(other.whose_),
      bytes_(other.bytes_),
      turn_(std::move(other.turn_)) {}

unverified_share& unverified_share::operator=(unverified_share&& other) noexcept {
    const unverified_share old{std::move(*this)};
    of_ = std::exchange(other.of_, nullptr);
    ticket_ = other.ticket_;
    whose_ = other.whose_;
    bytes_ = other.bytes_;
    turn_ = std::move(other.turn_);
    return *this;
}

unverified_share::~unverified_share() {
    if (of_ != nullptr) {
        of_->leave(*this);
    }
}

std::optional<unverified_share> unverified_bytes::ask(
    const byte_line::owner& whose,
    std::size_t bytes,
    const boost::asio::any_io_executor& where
) {
    const std::scoped_lock lock{guard_};
    unverified_share one;
    one.ticket_ = next_++;
    const auto answer = line_.ask(one.ticket_, whose, bytes);
    note();
    if (answer == byte_line::answer::full) {
        return std::nullopt;
    }
    one.of_ = this;
    one.whose_ = whose;
    one.bytes_ = bytes;
    if (answer == byte_line::answer::waits) {
        one.turn_ = std::make_shared<turn>(where);
        turns_.emplace(one.ticket_, one.turn_.get());
    }
    return one;
}

void unverified_bytes::leave(const unverified_share& one) {
    const std::scoped_lock lock{guard_};
    const bool waits = turns_.erase(one.ticket_) != 0;
    const auto in = waits ? line_.withdraw(one.ticket_) : line_.give(one.whose_, one.bytes_);
    for (const auto who : in) {
        const auto at = turns_.find(who);
        at->second->let_in();
        turns_.erase(at);
    }
    note();
}

bool unverified_bytes::hinders(const byte_line::owner& whose) {
    if (waiting_ == 0) {
        return false;
    }
    const std::scoped_lock lock{guard_};
    return line_.hinders(whose);
}

void unverified_bytes::note() {
    held_ = line_.held();
    waiting_ = line_.waiting();
}

}  // namespace billhook
