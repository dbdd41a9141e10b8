#include "ingest/server/unverified_bytes.hpp"

#include <algorithm>
#include <utility>
#include <vector>

namespace billhook {

namespace {

// For headers and for small bodies a quarter of what large ones have, but room for one.
byte_line::bounds part_of(const limits& bounds, std::size_t one) {
    return {
        .bytes = std::max(one, bounds.unverified_bytes / 4),
        .of_one_owner = std::max(one, bounds.unverified_bytes_per_address / 4)};
}

}  // namespace

unverified_share::unverified_share(unverified_share&& other) noexcept
    : of_(std::exchange(other.of_, nullptr)),
      ticket_(other.ticket_),
      claim_(other.claim_),
      turn_(std::move(other.turn_)) {}

unverified_share& unverified_share::operator=(unverified_share&& other) noexcept {
    const unverified_share old{std::move(*this)};
    of_ = std::exchange(other.of_, nullptr);
    ticket_ = other.ticket_;
    claim_ = other.claim_;
    turn_ = std::move(other.turn_);
    return *this;
}

unverified_share::~unverified_share() {
    if (of_ != nullptr) {
        of_->leave(*this);
    }
}

unverified_bytes::unverified_bytes(const limits& bounds)
    : lines_{
          byte_line{part_of(bounds, unfinished_header_bytes(bounds))},
          byte_line{part_of(bounds, bounds.small_body)},
          byte_line{
              {.bytes = bounds.unverified_bytes,
               .of_one_owner = bounds.unverified_bytes_per_address}}} {}

byte_line& unverified_bytes::line_of(unverified_kind kind) {
    return lines_[static_cast<std::size_t>(kind)];
}

unverified_share unverified_bytes::ask(
    const unverified_claim& claim,
    const boost::asio::any_io_executor& where
) {
    const std::scoped_lock lock{guard_};
    unverified_share one;
    one.of_ = this;
    one.ticket_ = next_++;
    one.claim_ = claim;
    const auto answer = line_of(claim.kind).ask(one.ticket_, claim.whose, claim.bytes);
    if (answer == byte_line::answer::waits) {
        one.turn_ = std::make_shared<turn>(where);
        turns_.emplace(one.ticket_, one.turn_.get());
    }
    note();
    return one;
}

void unverified_bytes::leave(const unverified_share& one) {
    const std::scoped_lock lock{guard_};
    const bool waits = turns_.erase(one.ticket_) != 0;
    const auto& [kind, whose, bytes] = one.claim_;
    auto& line = line_of(kind);
    const auto in = waits ? line.withdraw(one.ticket_, whose) : line.give(whose, bytes);
    for (const auto who : in) {
        const auto at = turns_.find(who);
        at->second->let_in();
        turns_.erase(at);
    }
    note();
}

bool unverified_bytes::hinders(const unverified_claim& claim) {
    if (waiting_ == 0) {
        return false;
    }
    const std::scoped_lock lock{guard_};
    return line_of(claim.kind).hinders(claim.whose);
}

void unverified_bytes::note() {
    std::size_t held = 0;
    std::size_t waiting = 0;
    for (const auto& line : lines_) {
        held += line.held();
        waiting += line.waiting();
    }
    held_ = held;
    waiting_ = waiting;
}

}  // namespace billhook
