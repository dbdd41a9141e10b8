#pragma once

#include "worker/domain/objects.hpp"
#include "worker/pipeline/record_source.hpp"

#include <algorithm>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// A batch after parsing: what can be folded, and what can never be an event. Both in log order;
// every record is in exactly one of the two.
struct parsed_records {
    std::vector<received> events;
    std::vector<dead_record> dead;
};

// Pure; total: any bytes at all. May run on a thread ahead of the one that commits.
[[nodiscard]] parsed_records read_records(const partition& of, std::span<const raw_record> records);

// A record that the database refuses.
[[nodiscard]] dead_record buried(
    const partition& of,
    const raw_record& which,
    const std::string& reason
);

// Those of `sorted` with an offset in [first, last); `sorted` is in log order.
template <class Record>
[[nodiscard]] std::span<const Record> between(
    const std::vector<Record>& sorted,
    std::int64_t first,
    std::int64_t last
) {
    const auto is_before = [](const Record& one, std::int64_t offset) {
        return one.at.offset < offset;
    };
    const auto begin = std::lower_bound(sorted.begin(), sorted.end(), first, is_before);
    const auto end = std::lower_bound(begin, sorted.end(), last, is_before);
    return {begin, end};
}

}  // namespace billhook
