#pragma once

#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>

namespace billhook {

// Up to which time one partition is known to be folded. A time is read from Postgres, *then* Kafka
// is asked for the partition's end; once everything before that end is folded, that time may be
// stored as the partition's `complete_to`. A value; starts anew with each claim.
class partition_horizon {
public:
    // `at` was read before the end was asked for. An end below one already seen (a leader change)
    // proves nothing and is forgotten.
    void asked(instant at, std::int64_t end);
    // What to store with a step to `next_offset`: the latest time that such a step proves; nullopt
    // if it proves nothing later than what is stored.
    [[nodiscard]] std::optional<instant> complete_to(std::int64_t next_offset) const;
    // That time was committed.
    void stored(instant complete_to);
    // The greatest end seen.
    [[nodiscard]] std::int64_t end() const { return end_; }
    // The last time that is known to be stored.
    [[nodiscard]] std::optional<instant> last_stored() const { return stored_; }

private:
    struct asking {
        instant at;
        std::int64_t end;
    };
    std::optional<asking> oldest_;  // the goal that is nearest
    std::optional<asking> newest_;
    std::optional<instant> stored_;
    std::int64_t end_ = 0;
};

}  // namespace billhook
