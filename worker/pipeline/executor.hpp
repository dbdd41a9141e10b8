#pragma once

#include "worker/pipeline/horizon.hpp"
#include "worker/pipeline/loop.hpp"
#include "worker/pipeline/process.hpp"
#include "worker/pipeline/read_records.hpp"
#include "worker/pipeline/run.hpp"

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// The hands of `run`: does one act, says what happened. Holds the claims, the batch in hand and
// what is known of the horizon; decides nothing about what comes next. One thread.
class executor {
public:
    executor(record_source& source, consumer_session& postgres, surroundings with);
    ~executor();

    // Everything that an act throws comes back as `failed`. Not for leave and give_up.
    [[nodiscard]] happening perform(const action& todo);
    [[nodiscard]] bool time_is_due();
    // Gives back the leases if Postgres lets us; they expire otherwise.
    void leave();

private:
    using time_point = std::chrono::steady_clock::time_point;
    struct folding {
        claim under;
        partition_horizon horizon;
    };

    struct parking {
        time_point look_again;
        claim under;  // what stood still
        std::string why;
    };

    happening attempt(const action& todo);
    happening poll();
    happening take_over();
    claim claim_of(const partition& which);
    happening process_piece(const piece& todo);
    happening tell_time();
    void park(const partition& which, std::string_view why);
    void forget(const partition& which);
    void advance_to(folding& of, const advance& step);
    void report(const processed& result, std::size_t records);

    record_source& source_;
    consumer_session& postgres_;
    surroundings with_;
    std::map<partition, folding> folded_;  // started ones
    std::map<partition, parking> parked_;
    partition coming_;  // to take over next
    claim taken_;       // of `coming_`, as last read
    batch in_hand_;
    parsed_records parsed_;  // of in_hand_
    time_point next_time_{};
};

}  // namespace billhook
