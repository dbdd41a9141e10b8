#include "worker/pipeline/run.hpp"

#include "worker/pipeline/executor.hpp"

#include <utility>

namespace billhook {

namespace {

void report(surroundings& with, act doing, const diagnosis& why, unsigned failures) {
    with.numbers.retries.add();
    with.lines.warning(
        "a step failed",
        "act"_is(doing),
        "remedy"_is(why.what),
        "cause"_is(why.cause),
        "failures"_is(failures)
    );
}

}  // namespace

ending run(record_source& source, consumer_session& postgres, surroundings with) {
    executor one(source, postgres, with);
    loop machine;
    action todo = machine.next({});
    while (todo.what != act::leave && todo.what != act::give_up) {
        with.signs.beat();
        happening event = one.perform(todo);
        if (event.what == happened::failed) {
            report(with, todo.what, event.why, machine.failures() + 1);
        }
        const std::size_t cuts = machine.cuts();
        todo =
            machine.next(event, {.stopping = with.pace.stopping(), .time_due = one.time_is_due()});
        // Refused, and not for a record: what the program itself says is refused.
        const bool ours = event.why.what == postgres::remedy::bisect && todo.what == act::pause;
        if (event.what == happened::failed && (ours || event.why.what == postgres::remedy::alarm)) {
            sound_alarm(event.why, with.numbers.alarms, with.lines);
            with.numbers.ready.set(0);  // until it connects again
        }
        with.numbers.cuts.add(static_cast<double>(machine.cuts() - cuts));
    }
    if (todo.what == act::give_up) {
        with.lines.error("a failure that is neither Kafka's nor Postgres', the process ends");
        return ending::gave_up;
    }
    one.leave();
    return ending::left;
}

}  // namespace billhook
