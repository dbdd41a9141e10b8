#include "worker/domain/walk.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <vector>

namespace billhook {

namespace {

// A move, and how often it is told (or, in a reading, made).
struct counted_move {
    move what;
    std::size_t times = 0;
};

// Readings beyond this many are not tried: the second stays undecided, and is marked so.
constexpr std::size_t most_readings = 4096;

std::vector<counted_move> counted(std::span<const move> moves) {
    std::vector<counted_move> all;
    for (const auto& one : moves) {
        if (one.from == one.to) {
            continue;
        }
        const auto known = std::find_if(all.begin(), all.end(), [&](const counted_move& t) {
            return t.what == one;
        });
        if (known == all.end()) {
            all.push_back({one, 1});
        } else {
            ++known->times;
        }
    }
    return all;
}

// Can every place of the moves be reached from `start`, taking them as roads in both directions?
bool connected(const std::vector<counted_move>& reading, std::size_t start) {
    std::vector<std::size_t> reached{start};
    std::vector<bool> used(reading.size(), false);
    for (std::size_t next = 0; next < reached.size(); ++next) {
        for (std::size_t i = 0; i < reading.size(); ++i) {
            const auto& [from, to] = reading[i].what;
            if (!used[i] && (from == reached[next] || to == reached[next])) {
                used[i] = true;
                reached.push_back(from);
                reached.push_back(to);
            }
        }
    }
    return std::all_of(used.begin(), used.end(), [](bool u) { return u; });
}

// The end of a walk that makes each move of the reading as often as it says.
std::optional<std::size_t> end_of(const std::vector<counted_move>& reading, std::size_t start) {
    if (!connected(reading, start)) {
        return std::nullopt;
    }
    std::map<std::size_t, std::ptrdiff_t> entered_over_left;
    for (const auto& [what, times] : reading) {
        entered_over_left[what.from] -= static_cast<std::ptrdiff_t>(times);
        entered_over_left[what.to] += static_cast<std::ptrdiff_t>(times);
    }
    // As if the walk entered its start from outside: then only the end is entered once too often.
    ++entered_over_left[start];
    std::optional<std::size_t> end;
    for (const auto& [state, surplus] : entered_over_left) {
        if (surplus == 0) {
            continue;
        }
        if (surplus != 1 || end) {
            return std::nullopt;
        }
        end = state;
    }
    return end;
}

}  // namespace

std::optional<std::size_t> end_of_walk(std::span<const move> moves, std::size_t start) {
    const auto all = counted(moves);
    if (all.empty()) {
        return std::nullopt;
    }
    std::size_t readings = 1;
    for (const auto& one : all) {
        readings *= one.times;
        if (readings > most_readings) {
            return std::nullopt;
        }
    }
    std::optional<std::size_t> agreed;
    for (std::size_t which = 0; which < readings; ++which) {
        auto reading = all;
        auto rest = which;
        for (auto& one : reading) {
            const auto choices = one.times;
            one.times = 1 + rest % choices;
            rest /= choices;
        }
        const auto end = end_of(reading, start);
        if (!end) {
            continue;
        }
        if (agreed && *agreed != *end) {
            return std::nullopt;
        }
        agreed = end;
    }
    return agreed;
}

}  // namespace billhook
