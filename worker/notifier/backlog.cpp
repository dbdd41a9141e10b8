#include "worker/notifier/backlog.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <utility>

namespace billhook {
namespace {

constexpr std::chrono::seconds first_pause{30};
constexpr std::chrono::seconds longest_pause{1'800};

std::chrono::seconds pause_before(unsigned tries) {
    return std::min(longest_pause, first_pause * (1U << std::min(tries, 10U)));
}

}  // namespace

void backlog::begin(const partition& of, std::int64_t offset) {
    partitions_.insert_or_assign(of, partition_notices{.next = offset, .waits = {}});
}

void backlog::add(logged_notice read, time_point now) {
    const auto at = partitions_.find(read.of);
    BILLHOOK_ASSERT(at != partitions_.end());
    if (read.offset < at->second.next) {
        return;
    }
    at->second.next = read.offset + 1;
    const std::int64_t offset = read.offset;
    at->second.waits.emplace(offset, waiting{std::move(read), now, 0, {}});
}

void backlog::pass(const partition& of, std::int64_t offset) {
    const auto at = partitions_.find(of);
    BILLHOOK_ASSERT(at != partitions_.end());
    at->second.next = std::max(at->second.next, offset + 1);
}

const backlog::waiting* backlog::due(time_point now) const {
    const waiting* first = nullptr;
    for (const auto& [of, each_of] : partitions_) {
        for (const auto& [offset, each] : each_of.waits) {
            if (each.due <= now && (first == nullptr || std::pair{each.tries, each.due} <
                                                            std::pair{first->tries, first->due})) {
                first = &each;
            }
        }
    }
    return first;
}

std::optional<backlog::time_point> backlog::next_due() const {
    std::optional<time_point> first;
    for (const auto& [of, each_of] : partitions_) {
        for (const auto& [offset, each] : each_of.waits) {
            first = first ? std::min(*first, each.due) : each.due;
        }
    }
    return first;
}

void backlog::settle(const partition& of, std::int64_t offset) {
    if (const auto at = partitions_.find(of); at != partitions_.end()) {
        at->second.waits.erase(offset);
    }
}

void backlog::defer(const partition& of, std::int64_t offset, std::string cause, time_point now) {
    const auto at = partitions_.find(of);
    if (at == partitions_.end()) {
        return;
    }
    const auto found = at->second.waits.find(offset);
    if (found == at->second.waits.end()) {
        return;
    }
    waiting& one = found->second;
    one.due = now + pause_before(one.tries);
    ++one.tries;
    one.cause = std::move(cause);
}

void backlog::forget(const partition& of) {
    partitions_.erase(of);
}

std::int64_t backlog::settled_to(const partition& of) const {
    const auto at = partitions_.find(of);
    BILLHOOK_ASSERT(at != partitions_.end());
    const auto& waits = at->second.waits;
    return waits.empty() ? at->second.next : waits.begin()->first;
}

std::size_t backlog::size() const {
    std::size_t all = 0;
    for (const auto& [of, each] : partitions_) {
        all += each.waits.size();
    }
    return all;
}

}  // namespace billhook
