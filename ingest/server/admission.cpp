#include "ingest/server/admission.hpp"

namespace billhook {

connection_slot::~connection_slot() {
    if (of_ != nullptr) {
        of_->disconnect(whose_);
    }
}

admission::admission(const limits& bounds)
    : bounds_(bounds), unverified_(bounds), verified_(bounds.bytes_in_flight) {}

room admission::room_for(const client& whose) {
    const std::scoped_lock lock{guard_};
    const auto of_client = whose ? by_address_.find(*whose) : by_address_.end();
    if (of_client != by_address_.end() && of_client->second >= bounds_.connections_per_address) {
        return room::none_for_client;
    }
    return connections_ < bounds_.connections ? room::some : room::none;
}

connection_slot admission::connect(const client& whose) {
    const std::scoped_lock lock{guard_};
    ++connections_;
    if (whose) {
        ++by_address_[*whose];
    }
    return connection_slot{*this, whose};
}

void admission::disconnect(const client& whose) noexcept {
    const std::scoped_lock lock{guard_};
    --connections_;
    const auto at = whose ? by_address_.find(*whose) : by_address_.end();
    if (at != by_address_.end() && --at->second == 0) {
        by_address_.erase(at);
    }
}

}  // namespace billhook
