#include "ingest/gateway/gateway.hpp"

#include "ingest/gateway/admin_routes.hpp"
#include "ingest/gateway/shard.hpp"

#include <algorithm>
#include <poll.h>
#include <utility>

namespace billhook {

gateway::gateway(gateway_plan plan, log& to)
    : plan_(std::move(plan)),
      lines_(to),
      server_metrics_(metrics_, "webhook"),
      gateway_metrics_(metrics_, plan_.endpoints()),
      admitted_(plan_.bounds) {
    require_free(plan_.listen);
    auto at = plan_.listen;
    for (std::size_t i = 0; i < plan_.threads; ++i) {
        shards_.push_back(std::make_unique<shard>(*this, at));
        at = shards_.front()->address();
    }
    admin_ = std::make_unique<admin_server>(
        plan_.admin_listen, admin_routes(metrics_, admitted_, [this] { return ready(); }), to
    );
}

gateway::~gateway() = default;

boost::asio::ip::tcp::endpoint gateway::address() const {
    return shards_.front()->address();
}

bool gateway::ready() const {
    return !stopping_ && std::all_of(shards_.begin(), shards_.end(), [](const auto& each) {
        return each->ready();
    });
}

void gateway::run(int stop_descriptor) {
    for (const auto& each : shards_) {
        each->start();
    }
    pollfd wish{stop_descriptor, POLLIN, 0};
    while (::poll(&wish, 1, -1) < 1) {
    }
    stopping_ = true;
    for (const auto& each : shards_) {
        each->begin_stop();
    }
    for (const auto& each : shards_) {
        each->join();
    }
}

}  // namespace billhook
