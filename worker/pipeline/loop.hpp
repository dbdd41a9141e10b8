#pragma once

#include "worker/pipeline/bisect.hpp"
#include "worker/runtime/diagnosis.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

// The life of one consumer as a value: what happened goes in, what to do next comes out. `run` does
// it. No clock, no I/O; a stop request is an input like any other.
namespace billhook {

enum class act : std::uint8_t {
    connect,    // throw away what is open at Postgres, open it anew
    poll,       // ask the source
    take_over,  // the partition that came
    process,    // `todo` of the batch in hand, in one transaction
    drop,       // the partition of the batch in hand, and the batch
    tell_time,  // ask for the partitions' ends, store what that proves
    pause,      // for `wait`; a stop request ends it
    leave,      // clean stop: give back the leases, end
    give_up,    // end the process: a bug of ours
};
[[nodiscard]] std::string_view to_word(act what);

struct action {
    act what = act::connect;
    piece todo{};                      // of process
    std::chrono::milliseconds wait{};  // of pause: at most, see `pause_after`

    friend bool operator==(const action&, const action&) = default;
};

enum class happened : std::uint8_t {
    began,           // nothing yet
    done,            // connect, take_over, drop, tell_time or pause succeeded
    nothing_came,    // poll: no batch; also after a partition was lost
    batch_came,      // poll: `records` of them
    partition_came,  // poll: one to take over
    range_ended,     // poll: a bounded source has given everything
    committed,       // process
    not_owner,       // process: the compare-and-set hit no row
    failed,          // any act: `why`
};

struct happening {
    happened what = happened::began;
    std::size_t records = 0;
    diagnosis why{};

    [[nodiscard]] static happening batch(std::size_t records) {
        return {.what = happened::batch_came, .records = records};
    }
    [[nodiscard]] static happening failure(diagnosis why) {
        return {.what = happened::failed, .why = std::move(why)};
    }
};

// What holds besides.
struct circumstances {
    bool stopping = false;
    bool time_due = false;  // it is time for tell_time
};

class loop {
public:
    [[nodiscard]] action next(const happening& event, circumstances now = {});

    // Failures since something succeeded.
    [[nodiscard]] unsigned failures() const { return failures_; }
    // How often a batch was cut, over all batches.
    [[nodiscard]] std::size_t cuts() const { return cuts_ + (work_ ? work_->cuts() : 0); }

    // So many connections that broke in a row while a batch was processed, each of them fresh, may
    // be the doing of a record: the batch is cut, so that what is in its way becomes ever less. No
    // record is ever dead for it, and no server that stays away ends the process.
    static constexpr unsigned broken_connections_before_cut = 4;

private:
    action to(act what, piece todo = {});
    action pause_before(act what, postgres::remedy why);
    action reconnect(postgres::remedy why);
    action go_on(circumstances now);
    action after_done(circumstances now);
    action after_failure(const diagnosis& why, circumstances now);

    act current_ = act::connect;
    act resume_ = act::poll;         // after connect or pause
    act failed_ = act::poll;         // where the connection broke, to go back to
    std::optional<bisection> work_;  // the batch in hand
    unsigned failures_ = 0;
    unsigned broken_ = 0;
    std::size_t cuts_ = 0;
};

}  // namespace billhook
