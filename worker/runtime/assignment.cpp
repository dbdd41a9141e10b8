#include "worker/runtime/assignment.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

leased_assignment::leased_assignment(lease_terms terms, std::function<leases&()> at)
    : span_(terms.span),
      at_(std::move(at)),
      held_(
          std::move(terms.holder),
          std::move(terms.topic),
          terms.partitions,
          std::move(terms.presences)
      ) {}

std::vector<assignment_change> leased_assignment::changes() {
    // If it fails they are kept, and not read, until it succeeds.
    while (!to_release_.empty()) {
        held_.release(at_(), to_release_.back());
        to_release_.pop_back();
    }
    if (std::chrono::steady_clock::now() < next_round_) {
        return {};
    }
    const lease_changes found = held_.round(at_(), span_);
    next_round_ = std::chrono::steady_clock::now() + span_ / 5;
    std::vector<assignment_change> all;
    for (const partition& which : found.lost) {
        all.push_back({which, false});
    }
    for (const partition& which : found.to_give_back) {
        all.push_back({which, false});
        to_release_.push_back(which);
    }
    again_.insert(found.gained.begin(), found.gained.end());
    for (const partition& which : std::exchange(again_, {})) {
        const bool goes = std::ranges::find(to_release_, which) != to_release_.end();
        if (held_.held().contains(which) && !goes) {
            all.push_back({which, true});
        }
    }
    return all;
}

}  // namespace billhook
