#include "ingest/server/byte_line.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>

namespace billhook {

byte_line::byte_line(const bounds& of) : bounds_(of) {
    BILLHOOK_ASSERT(of.of_one_owner <= of.bytes);
}

std::size_t byte_line::held_by(const owner& whose) const {
    const auto found = parties_.find(whose);
    return found == parties_.end() ? 0 : found->second.held;
}

bool byte_line::lacks_share(const parties::value_type& of) const {
    const auto& [whose, it] = of;
    return whose && !it.waiting.empty() &&
           it.held + it.waiting.front().bytes > bounds_.of_one_owner;
}

bool byte_line::hinders(const owner& whose) const {
    const auto found = parties_.find(whose);
    return all_is_held_ || (found != parties_.end() && lacks_share(*found));
}

byte_line::turn_key byte_line::turn_in(const parties::value_type& of) {
    const auto& [whose, it] = of;
    return {whose ? it.held : 0, it.since};
}

void byte_line::leave_order(const parties::value_type& of) {
    order_.erase(turn_in(of));
}

void byte_line::enter_order(parties::iterator of) {
    const auto& it = of->second;
    if (!it.waiting.empty()) {
        if (!lacks_share(*of)) {
            order_.emplace(turn_in(*of), of);
        }
    } else if (it.held == 0) {
        parties_.erase(of);
    }
}

byte_line::answer byte_line::ask(ticket who, const owner& whose, std::size_t bytes) {
    BILLHOOK_ASSERT(bytes <= (whose ? bounds_.of_one_owner : bounds_.bytes));
    const auto of = parties_.try_emplace(whose).first;
    leave_order(*of);
    if (of->second.waiting.empty()) {
        of->second.since = ++now_;
    }
    of->second.waiting.push_back({who, bytes});
    ++waiting_;
    enter_order(of);
    // Nobody who waited before can go in for that; the newcomer can, past those whom he does not
    // hinder.
    return let_in().empty() ? answer::waits : answer::in;
}

std::vector<byte_line::ticket> byte_line::give(const owner& whose, std::size_t bytes) {
    const auto of = parties_.find(whose);
    BILLHOOK_ASSERT(of != parties_.end() && of->second.held >= bytes);
    leave_order(*of);
    of->second.held -= bytes;
    held_ -= bytes;
    enter_order(of);
    return let_in();
}

std::vector<byte_line::ticket> byte_line::withdraw(ticket who, const owner& whose) {
    const auto of = parties_.find(whose);
    BILLHOOK_ASSERT(of != parties_.end());
    leave_order(*of);
    auto& line = of->second.waiting;
    const auto at =
        std::find_if(line.begin(), line.end(), [&](const entry& one) { return one.who == who; });
    BILLHOOK_ASSERT(at != line.end());
    line.erase(at);
    --waiting_;
    enter_order(of);
    return let_in();
}

std::vector<byte_line::ticket> byte_line::let_in() {
    std::vector<ticket> in;
    all_is_held_ = false;
    while (!order_.empty()) {
        const auto of = order_.begin()->second;
        const auto first = of->second.waiting.front();
        if (held_ + first.bytes > bounds_.bytes) {
            all_is_held_ = true;
            break;
        }
        leave_order(*of);
        of->second.waiting.pop_front();
        of->second.since = ++now_;
        of->second.held += first.bytes;
        held_ += first.bytes;
        --waiting_;
        enter_order(of);
        in.push_back(first.who);
    }
    return in;
}

}  // namespace billhook
