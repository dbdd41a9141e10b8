#include "ingest/server/admission.hpp"

namespace billhook {

reservation& reservation::operator=(reservation&& other) noexcept {
    reservation old{std::move(*this)};
    of_ = std::exchange(other.of_, nullptr);
    bytes_ = std::exchange(other.bytes_, 0);
    return *this;
}

reservation::~reservation() {
    if (of_ != nullptr) {
        of_->give(bytes_);
    }
}

bool reservation::grow(std::size_t bytes) {
    if (of_ == nullptr) {
        return false;
    }
    if (!of_->take(bytes)) {
        return false;
    }
    bytes_ += bytes;
    return true;
}

connection_slot::~connection_slot() {
    if (of_ != nullptr) {
        of_->disconnect(from_);
    }
}

bool admission::take(std::size_t bytes) noexcept {
    if (bytes_.fetch_add(bytes) + bytes > bounds_.bytes_in_flight) {
        bytes_ -= bytes;
        return false;
    }
    return true;
}

std::optional<connection_slot> admission::connect(const boost::asio::ip::address& from) {
    const std::scoped_lock lock{guard_};
    if (connections_ >= bounds_.connections) {
        return std::nullopt;
    }
    auto& of_address = by_address_[from];
    if (of_address >= bounds_.connections_per_address) {
        return std::nullopt;
    }
    ++of_address;
    ++connections_;
    return connection_slot{*this, from};
}

void admission::disconnect(const boost::asio::ip::address& from) noexcept {
    const std::scoped_lock lock{guard_};
    --connections_;
    const auto at = by_address_.find(from);
    if (at != by_address_.end() && --at->second == 0) {
        by_address_.erase(at);
    }
}

}  // namespace billhook
