#include "worker/pipeline/loop.hpp"

#include "schemas/types/assert.hpp"

#include <utility>

namespace billhook {

std::string_view to_word(act what) {
    switch (what) {
        case act::connect:
            return "connect";
        case act::poll:
            return "poll";
        case act::take_over:
            return "take_over";
        case act::process:
            return "process";
        case act::drop:
            return "drop";
        case act::tell_time:
            return "tell_time";
        case act::pause:
            return "pause";
        case act::leave:
            return "leave";
        case act::give_up:
            return "give_up";
    }
    return "";
}

action loop::to(act what, piece todo) {
    current_ = what;
    return {.what = what, .todo = std::move(todo), .wait = {}};
}

action loop::pause_before(act what, postgres::remedy why) {
    resume_ = what;
    current_ = act::pause;
    return {.what = act::pause, .todo = {}, .wait = pause_after(why, failures_)};
}

action loop::reconnect(postgres::remedy why) {
    if (current_ != act::connect) {
        failed_ = current_;
    }
    return pause_before(act::connect, why);
}

// The next thing of a worker that has nothing special to do: the batch in hand comes first, so that
// a stop finds no half-passed batch.
action loop::go_on(circumstances now) {
    if (work_) {
        if (auto todo = work_->next()) {
            return to(act::process, std::move(*todo));
        }
        cuts_ += work_->cuts();
        work_.reset();
    }
    if (now.stopping) {
        return to(act::leave);
    }
    return to(now.time_due ? act::tell_time : act::poll);
}

action loop::after_done(circumstances now) {
    switch (current_) {
        case act::connect:
            return resume_ == act::take_over ? to(act::take_over) : go_on(now);
        case act::pause:
            // Whatever was being tried again, a stop does not wait for it: the log has it still.
            if (now.stopping) {
                return to(act::leave);
            }
            return resume_ == act::connect || resume_ == act::take_over ? to(resume_) : go_on(now);
        case act::drop:
            cuts_ += work_ ? work_->cuts() : 0;
            work_.reset();
            return go_on(now);
        case act::tell_time:
            failures_ = broken_ = 0;
            return go_on({.stopping = now.stopping, .time_due = false});
        case act::take_over:
            failures_ = broken_ = 0;
            return go_on(now);
        case act::poll:
        case act::process:
        case act::leave:
        case act::give_up:
            break;
    }
    BILLHOOK_ASSERT(false && "an act that is never just done");
    return to(act::give_up);
}

action loop::after_failure(const diagnosis& why, circumstances now) {
    using postgres::remedy;
    const bool processing = current_ == act::process;
    ++failures_;
    switch (why.what) {
        case remedy::retry:
            return pause_before(current_, why.what);
        case remedy::reconnect:
            if (current_ != act::connect && ++broken_ >= broken_connections_before_cut &&
                processing) {
                broken_ = 0;
                work_->too_slow();
            }
            return reconnect(why.what);
        case remedy::halve:
            if (processing && work_->too_slow()) {
                return go_on(now);
            }
            return pause_before(current_, why.what);
        case remedy::bisect:
            if (processing && work_->refused(why.cause)) {
                return go_on(now);
            }
            // Not a record's fault: what the program itself writes does not fit.
            return reconnect(remedy::alarm);
        case remedy::alarm:
            return reconnect(why.what);
        case remedy::stop:
            return to(act::give_up);
    }
    return to(act::give_up);
}

action loop::next(const happening& event, circumstances now) {
    switch (event.what) {
        case happened::began:
            return to(act::connect);
        case happened::done: {
            // After a new connection the act at which the old one broke is taken up again.
            if (current_ == act::connect) {
                resume_ = std::exchange(failed_, act::poll);
            }
            return after_done(now);
        }
        case happened::nothing_came:
            failures_ = broken_ = 0;
            return go_on(now);
        case happened::batch_came:
            failures_ = broken_ = 0;
            work_.emplace(event.records);
            return go_on(now);
        case happened::partition_came:
            return to(act::take_over);
        case happened::range_ended:
            return to(act::leave);
        case happened::committed:
            BILLHOOK_ASSERT(work_.has_value());
            failures_ = broken_ = 0;
            work_->committed();
            return go_on(now);
        case happened::not_owner:
            return to(act::drop);
        case happened::failed:
            return after_failure(event.why, now);
    }
    return to(act::give_up);
}

}  // namespace billhook
