#include "ingest/api/calls/rates.hpp"

#include <algorithm>
#include <cmath>
#include <vector>

namespace billhook::api {

namespace {

using seconds = std::chrono::duration<double>;
constexpr double minute = 60;

}  // namespace

std::optional<std::chrono::seconds> rates::refuses(const organization_id& whose, time now) {
    const auto most = static_cast<double>(a_minute_);
    const std::lock_guard lock(guard_);
    if (buckets_.size() >= most_ && !buckets_.contains(whose)) {
        make_room();
    }
    auto& his = buckets_.try_emplace(whose, bucket{most, now}).first->second;
    const double rested = std::max(seconds(now - his.at).count(), 0.0);
    his = {std::min(most, his.calls + rested * most / minute), now};
    if (his.calls >= 1) {
        his.calls -= 1;
        return std::nullopt;
    }
    const double wait = std::ceil((1 - his.calls) * minute / most);
    return std::chrono::seconds{std::max<std::int64_t>(static_cast<std::int64_t>(wait), 1)};
}

// The half that has rested longest.
void rates::make_room() {
    std::vector<time> ages;
    ages.reserve(buckets_.size());
    for (const auto& [whose, his] : buckets_) {
        ages.push_back(his.at);
    }
    const auto middle = ages.begin() + static_cast<std::ptrdiff_t>(ages.size() / 2);
    std::nth_element(ages.begin(), middle, ages.end());
    const auto limit = *middle;
    std::erase_if(buckets_, [&](const auto& each) { return each.second.at <= limit; });
}

}  // namespace billhook::api
