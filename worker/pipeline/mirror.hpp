#pragma once

#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <set>
#include <span>
#include <vector>

namespace billhook {

// Carries the news of changed standings from the threads that commit them to the one thread that
// copies them into the application's table. That table may be locked, slow or failing; nobody who
// commits ever waits for it. Bounded: what does not fit is found by the pass that compares.
class mirror_queue {
public:
    // After a commit; any thread, never waits.
    void note(std::span<const organization_id> restated);
    // Sorted; waits up to `wait` for the first.
    [[nodiscard]] std::vector<organization_id> take(std::chrono::milliseconds wait);

    static constexpr std::size_t capacity = 10'000;
    static constexpr std::size_t at_once = 500;

private:
    std::mutex guard_;
    std::condition_variable arrived_;
    std::set<organization_id> waiting_;
};

}  // namespace billhook
