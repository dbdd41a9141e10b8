#include "tools/simulator/messenger.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <iterator>
#include <utility>

namespace billhook::simulator {

messenger::messenger(courier_settings where, std::function<void(const delivered&)> lost)
    : where_(std::move(where)), lost_(std::move(lost)), thread_([this] { run(); }) {}

messenger::~messenger() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
    }
    news_.notify_one();
    thread_.join();
}

void messenger::take(std::vector<std::string> bodies) {
    {
        const std::lock_guard lock(guard_);
        std::ranges::move(bodies, std::back_inserter(waiting_));
    }
    news_.notify_one();
}

void messenger::run() {
    for (;;) {
        std::vector<std::string> bodies;
        {
            std::unique_lock lock(guard_);
            news_.wait(lock, [this] { return ending_ || !waiting_.empty(); });
            if (waiting_.empty()) {
                return;
            }
            bodies.swap(waiting_);
        }
        // One lane: each begins when the one before was answered.
        std::vector<post> posts;
        for (const auto& body : bodies) {
            posts.push_back({body, 0});
        }
        delivered sent;
        try {
            sent = deliver(posts, where_, [](const tally&) {});
        } catch (const boost::system::system_error&) {  // the host has no address
            sent.counts.total = sent.counts.done = posts.size();
        }
        if (sent.counts.given_up() > 0) {
            lost_(sent);
        }
    }
}

}  // namespace billhook::simulator
