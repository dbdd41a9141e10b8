#include "worker/pipeline/bisect.hpp"

#include "schemas/types/assert.hpp"

namespace billhook {

bisection::bisection(std::size_t records) {
    if (records > 0) {
        parts_.push_back({.count = records, .refused_with = {}, .dead = false});
    }
}

std::optional<piece> bisection::next() const {
    if (parts_.empty()) {
        return std::nullopt;
    }
    const part& front = parts_.back();
    return piece{
        .first = first_,
        .count = front.count,
        .dead_reason = front.dead ? "database_" + front.refused_with : std::string{}};
}

void bisection::committed() {
    BILLHOOK_ASSERT(!parts_.empty());
    first_ += parts_.back().count;
    parts_.pop_back();
}

bool bisection::cut() {
    const std::size_t count = parts_.back().count;
    if (count == 1) {
        return false;
    }
    parts_.pop_back();
    parts_.push_back({.count = count - count / 2, .refused_with = {}, .dead = false});
    parts_.push_back({.count = count / 2, .refused_with = {}, .dead = false});
    ++cuts_;
    return true;
}

bool bisection::refused(std::string_view sqlstate) {
    BILLHOOK_ASSERT(!parts_.empty());
    if (parts_.back().dead) {
        return false;
    }
    if (!cut()) {
        part& single = parts_.back();
        single.dead = single.refused_with == sqlstate;
        single.refused_with = sqlstate;
    }
    return true;
}

bool bisection::too_slow() {
    BILLHOOK_ASSERT(!parts_.empty());
    return cut();
}

}  // namespace billhook
