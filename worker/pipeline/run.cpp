#include "worker/pipeline/run.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "worker/pipeline/consumer.hpp"

#include <random>
#include <utility>

namespace billhook {

postgres::diagnosis diagnose(const std::exception& thrown) {
    if (const auto* of_kafka = dynamic_cast<const kafka::failure*>(&thrown)) {
        const auto what = of_kafka->retryable ? postgres::remedy::retry : postgres::remedy::stop;
        return {.what = what, .sqlstate = {}};
    }
    return postgres::classify(thrown);
}

std::chrono::milliseconds jittered(std::chrono::milliseconds longest) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> part(longest.count() / 2, longest.count());
    return std::chrono::milliseconds{part(random)};
}

ending run(record_source& source, surroundings with) {
    consumer one(source, with);
    loop machine;
    action todo = machine.next({});
    while (todo.what != act::leave && todo.what != act::give_up) {
        with.signs.beat();
        happening event = one.perform(todo);
        if (event.what == happened::failed) {
            with.numbers.retries.add();
            with.lines.warning(
                "a step failed",
                "act"_is(todo.what),
                "remedy"_is(event.why.what),
                "sqlstate"_is(event.why.sqlstate),
                "failures"_is(machine.failures() + 1)
            );
        }
        const std::size_t cuts = machine.cuts();
        todo =
            machine.next(event, {.stopping = with.pace.stopping(), .time_due = one.time_is_due()});
        with.numbers.cuts.add(static_cast<double>(machine.cuts() - cuts));
    }
    if (todo.what == act::give_up) {
        with.lines.error("a failure that no retry mends, the process ends");
        return ending::gave_up;
    }
    one.leave();
    return ending::left;
}

}  // namespace billhook
