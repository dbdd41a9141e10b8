#include "worker/runtime/rounds.hpp"

namespace billhook {

bool recover(const round_means& with, const std::exception& thrown, unsigned failures) {
    const diagnosis why = diagnose(thrown);
    if (why.what == postgres::remedy::stop && !with.goes_on) {
        with.lines.error(
            "a failure that is neither Kafka's nor Postgres', the process ends",
            "thread"_is(with.thread),
            "text"_is(postgres::scrubbed(thrown))
        );
        return false;
    }
    with.retries.add();
    with.lines.warning(
        "a round failed",
        "thread"_is(with.thread),
        "remedy"_is(why.what),
        "cause"_is(why.cause),
        "text"_is(postgres::scrubbed(thrown))
    );
    // Refused, and there is no record whose fault it could be.
    if (why.what == postgres::remedy::alarm || why.what == postgres::remedy::bisect) {
        sound_alarm(why, with.alarms, with.lines);
    }
    with.pace.wait(jittered(pause_after(why.what, failures)));
    return true;
}

void tell_left_behind(const round_means& with, const std::exception& thrown) {
    with.lines.warning(
        "what was held could not be given back",
        "thread"_is(with.thread),
        "text"_is(postgres::scrubbed(thrown))
    );
}

}  // namespace billhook
