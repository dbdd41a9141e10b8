#include "worker/pipeline/mirror.hpp"

#include <algorithm>
#include <iterator>

namespace billhook {

void mirror_queue::note(std::span<const organization_id> restated) {
    if (restated.empty()) {
        return;
    }
    {
        const std::lock_guard held(guard_);
        const std::size_t room = capacity - std::min(capacity, waiting_.size());
        const auto fitting = restated.first(std::min(restated.size(), room));
        waiting_.insert(fitting.begin(), fitting.end());
    }
    arrived_.notify_one();
}

std::vector<organization_id> mirror_queue::take(std::chrono::milliseconds wait) {
    std::unique_lock held(guard_);
    arrived_.wait_for(held, wait, [this] { return !waiting_.empty(); });
    const auto count = std::min(waiting_.size(), at_once);
    const auto end = std::next(waiting_.begin(), static_cast<std::ptrdiff_t>(count));
    std::vector<organization_id> taken(waiting_.begin(), end);
    waiting_.erase(waiting_.begin(), end);
    return taken;
}

}  // namespace billhook
