#include "worker/pipeline/horizon.hpp"

#include <algorithm>

namespace billhook {

void partition_horizon::asked(instant at, std::int64_t end) {
    if (end < end_) {
        return;
    }
    end_ = end;
    // While the worker lags, newer questions have farther ends: only the nearest goal is kept, and
    // the newest as the one to come after it.
    if (!oldest_ || oldest_->end == end) {
        oldest_ = asking{at, end};
    } else {
        newest_ = asking{at, end};
    }
}

std::optional<instant> partition_horizon::complete_to(std::int64_t next_offset) const {
    std::optional<instant> proven;
    for (const auto& each : {oldest_, newest_}) {
        if (each && each->end <= next_offset) {
            proven = std::max(proven, std::optional{each->at});
        }
    }
    return proven > stored_ ? proven : std::nullopt;
}

void partition_horizon::stored(instant complete_to) {
    stored_ = std::max(stored_, std::optional{complete_to});
    if (newest_ && newest_->at <= complete_to) {
        newest_.reset();
    }
    if (oldest_ && oldest_->at <= complete_to) {
        oldest_ = newest_;
        newest_.reset();
    }
}

}  // namespace billhook
