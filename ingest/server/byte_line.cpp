#include "ingest/server/byte_line.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>

namespace billhook {

std::size_t byte_line::held_by(const owner& whose) const {
    const auto found = whose ? by_owner_.find(*whose) : by_owner_.end();
    return found == by_owner_.end() ? 0 : found->second;
}

bool byte_line::hinders(const owner& whose) const {
    return all_is_held_ || (whose && used_up_.contains(*whose));
}

bool byte_line::share_allows(const entry& one) const {
    return !one.whose || held_by(one.whose) + one.bytes <= bounds_.of_one_owner;
}

void byte_line::hold(const entry& one) {
    held_ += one.bytes;
    if (one.whose) {
        by_owner_[*one.whose] += one.bytes;
    }
}

byte_line::answer byte_line::ask(ticket who, const owner& whose, std::size_t bytes) {
    const entry one{who, whose, bytes};
    if (bytes > bounds_.bytes || (whose && bytes > bounds_.of_one_owner)) {
        return answer::full;
    }
    if (line_.empty() && held_ + bytes <= bounds_.bytes && share_allows(one)) {
        hold(one);
        return answer::in;
    }
    if (line_.size() >= bounds_.waiting) {
        return answer::full;
    }
    line_.push_back(one);
    // Nobody who waited before can go in for that; the newcomer can, past those whom he does not
    // hinder.
    return let_in().empty() ? answer::waits : answer::in;
}

std::vector<byte_line::ticket> byte_line::give(const owner& whose, std::size_t bytes) {
    BILLHOOK_ASSERT(held_ >= bytes);
    held_ -= bytes;
    if (whose) {
        const auto of = by_owner_.find(*whose);
        BILLHOOK_ASSERT(of != by_owner_.end() && of->second >= bytes);
        of->second -= bytes;
        if (of->second == 0) {
            by_owner_.erase(of);
        }
    }
    return let_in();
}

std::vector<byte_line::ticket> byte_line::withdraw(ticket who) {
    const auto at =
        std::find_if(line_.begin(), line_.end(), [&](const entry& one) { return one.who == who; });
    BILLHOOK_ASSERT(at != line_.end());
    line_.erase(at);
    return let_in();
}

std::vector<byte_line::ticket> byte_line::let_in() {
    std::vector<ticket> in;
    used_up_.clear();
    all_is_held_ = false;
    for (auto at = line_.begin(); at != line_.end();) {
        if (at->whose && (used_up_.contains(*at->whose) || !share_allows(*at))) {
            used_up_.insert(*at->whose);
            ++at;
            continue;
        }
        if (held_ + at->bytes > bounds_.bytes) {
            all_is_held_ = true;
            break;
        }
        hold(*at);
        in.push_back(at->who);
        at = line_.erase(at);
    }
    return in;
}

}  // namespace billhook
