#include "worker/pipeline/loop.hpp"

#include <doctest/doctest.h>

#include <ostream>
#include <vector>

namespace billhook {

std::ostream& operator<<(std::ostream& out, act what) {
    return out << to_word(what);
}

namespace {

using postgres::remedy;

constexpr circumstances stopping{.stopping = true, .time_due = false};
constexpr circumstances time_due{.stopping = false, .time_due = true};
const happening done{.what = happened::done};
const happening nothing{.what = happened::nothing_came};
const happening committed{.what = happened::committed};

happening failed(remedy what, const char* sqlstate = "") {
    return happening::failure({.what = what, .cause = sqlstate});
}

// A loop that polls.
loop polling() {
    loop machine;
    CHECK(machine.next({}).what == act::connect);
    CHECK(machine.next(done).what == act::poll);
    return machine;
}

// A loop that processes a batch of so many records.
loop processing(std::size_t records) {
    loop machine = polling();
    const action first = machine.next(happening::batch(records));
    CHECK(first.what == act::process);
    CHECK(first.todo == piece{.first = 0, .count = records, .dead_reason = ""});
    return machine;
}

}  // namespace

TEST_CASE("loop: an idle worker polls and now and then tells the time") {
    loop machine = polling();
    CHECK(machine.next(nothing).what == act::poll);
    CHECK(machine.next(nothing, time_due).what == act::tell_time);
    CHECK(machine.next(done, time_due).what == act::poll);
}

TEST_CASE("loop: a partition that comes is taken over before anything is polled") {
    loop machine = polling();
    CHECK(machine.next({.what = happened::partition_came}).what == act::take_over);
    CHECK(machine.next(done).what == act::poll);
}

TEST_CASE("loop: a batch is one transaction and then the source is asked again") {
    loop machine = processing(500);
    CHECK(machine.next(committed).what == act::poll);
}

TEST_CASE("loop: a batch that is not ours any more is dropped with its partition") {
    loop machine = processing(500);
    CHECK(machine.next({.what = happened::not_owner}).what == act::drop);
    CHECK(machine.next(done).what == act::poll);
}

TEST_CASE("loop: what follows a failed transaction") {
    struct row {
        const char* name;
        remedy what;
        std::vector<act> then;  // each act succeeds
        std::size_t records;    // of the piece that is processed then
    };
    const row rows[] = {
        {"a retry waits and repeats",                   remedy::retry,  {act::pause, act::process}, 8},
        {"in doubt: connect, repeat it all",
         remedy::reconnect,
         {act::pause, act::connect, act::process},
         8                                                                                           },
        {"too slow: half of it",                        remedy::halve,  {act::process},             4},
        {"refused: half of it",                         remedy::bisect, {act::process},             4},
        {"a person must help: connect, the same again",
         remedy::alarm,
         {act::pause, act::connect, act::process},
         8                                                                                           },
        {"a bug of ours ends the process",              remedy::stop,   {act::give_up},             0},
    };
    for (const row& row : rows) {
        CAPTURE(row.name);
        loop machine = processing(8);
        action now = machine.next(failed(row.what, "22P05"));
        for (std::size_t step = 0; step < row.then.size(); ++step) {
            CHECK(now.what == row.then[step]);
            if (step + 1 < row.then.size()) {
                now = machine.next(done);
            }
        }
        CHECK(now.todo.count == row.records);
    }
}

TEST_CASE("loop: a single record that is refused twice is passed as a dead letter") {
    loop machine = processing(1);
    CHECK(machine.next(failed(remedy::bisect, "22P05")).todo.dead_reason.empty());
    const action buried = machine.next(failed(remedy::bisect, "22P05"));
    CHECK(buried.what == act::process);
    CHECK(buried.todo.dead_reason == "database_22P05");
    // Even the letter is refused: that is not the record's doing any more.
    const action alarmed = machine.next(failed(remedy::bisect, "22P05"));
    CHECK(alarmed.what == act::pause);
    CHECK(alarmed.wait == std::chrono::milliseconds{5000});
    CHECK(machine.next(done).what == act::connect);
    CHECK(machine.next(done).todo.dead_reason == "database_22P05");
}

TEST_CASE("loop: a single record that is too slow is tried again after a pause and never dead") {
    loop machine = processing(1);
    for (int again = 0; again < 5; ++again) {
        CHECK(machine.next(failed(remedy::halve, "57014")).what == act::pause);
        const action todo = machine.next(done);
        CHECK(todo.what == act::process);
        CHECK(todo.todo.dead_reason.empty());
    }
}

TEST_CASE("loop: the database is away for long and comes back to the same batch") {
    loop machine = processing(8);
    CHECK(machine.next(failed(remedy::reconnect)).what == act::pause);
    CHECK(machine.next(done).what == act::connect);
    for (int again = 0; again < 100; ++again) {
        CHECK(machine.next(failed(remedy::reconnect)).what == act::pause);
        CHECK(machine.next(done).what == act::connect);
    }
    const action todo = machine.next(done);
    CHECK(todo.what == act::process);
    CHECK(todo.todo.count == 8);
}

TEST_CASE("loop: connections that break at the same act whenever they are fresh never end it") {
    SUBCASE("a batch becomes smaller and smaller and its last record is never dead") {
        loop machine = processing(8);
        std::vector<std::size_t> tried;
        for (int again = 0; again < 100; ++again) {
            CHECK(machine.next(failed(remedy::reconnect)).what == act::pause);
            CHECK(machine.next(done).what == act::connect);
            const action todo = machine.next(done);
            REQUIRE(todo.what == act::process);
            CHECK(todo.todo.dead_reason.empty());
            if (tried.empty() || tried.back() != todo.todo.count) {
                tried.push_back(todo.todo.count);
            }
        }
        CHECK(tried == std::vector<std::size_t>{8, 4, 2, 1});
    }
    SUBCASE("anything else is just tried again") {
        loop machine = polling();
        for (int again = 0; again < 100; ++again) {
            CHECK(machine.next(failed(remedy::reconnect)).what == act::pause);
            CHECK(machine.next(done).what == act::connect);
            CHECK(machine.next(done).what == act::poll);
        }
    }
}

TEST_CASE("loop: a failed take over is taken up again on the new connection") {
    loop machine = polling();
    CHECK(machine.next({.what = happened::partition_came}).what == act::take_over);
    CHECK(machine.next(failed(remedy::reconnect)).what == act::pause);
    CHECK(machine.next(done).what == act::connect);
    CHECK(machine.next(done).what == act::take_over);
    CHECK(machine.next(failed(remedy::retry)).what == act::pause);
    CHECK(machine.next(done).what == act::take_over);
    CHECK(machine.next(done).what == act::poll);
}

TEST_CASE("loop: a stop ends it where nothing is half done") {
    SUBCASE("idle") {
        loop machine = polling();
        CHECK(machine.next(nothing, stopping).what == act::leave);
    }
    SUBCASE("in a batch: all pieces of it are passed first") {
        loop machine = processing(2);
        CHECK(machine.next(failed(remedy::halve), stopping).what == act::process);
        CHECK(machine.next(committed, stopping).what == act::process);
        CHECK(machine.next(committed, stopping).what == act::leave);
    }
    SUBCASE("while it waits for a server: at once") {
        loop machine = processing(2);
        CHECK(machine.next(failed(remedy::reconnect), stopping).what == act::pause);
        CHECK(machine.next(done, stopping).what == act::leave);
    }
    SUBCASE("before the first connection") {
        loop machine;
        CHECK(machine.next({}).what == act::connect);
        CHECK(machine.next(done, stopping).what == act::leave);
    }
}

TEST_CASE("loop: a bounded source ends it") {
    loop machine = polling();
    CHECK(machine.next({.what = happened::range_ended}).what == act::leave);
}

TEST_CASE("loop: pauses double up to five seconds and start anew after a success") {
    CHECK(pause_after(remedy::retry, 0) == std::chrono::milliseconds{100});
    CHECK(pause_after(remedy::retry, 1) == std::chrono::milliseconds{100});
    CHECK(pause_after(remedy::retry, 2) == std::chrono::milliseconds{200});
    CHECK(pause_after(remedy::retry, 6) == std::chrono::milliseconds{3200});
    CHECK(pause_after(remedy::retry, 7) == std::chrono::milliseconds{5000});
    CHECK(pause_after(remedy::retry, 1'000'000) == std::chrono::milliseconds{5000});
    CHECK(pause_after(remedy::alarm, 1) == std::chrono::milliseconds{5000});

    loop machine = processing(2);
    CHECK(machine.next(failed(remedy::retry)).wait == std::chrono::milliseconds{100});
    CHECK(machine.next(done).what == act::process);
    CHECK(machine.next(failed(remedy::retry)).wait == std::chrono::milliseconds{200});
    CHECK(machine.next(done).what == act::process);
    CHECK(machine.next(committed).what == act::poll);
    CHECK(machine.next(failed(remedy::retry)).wait == std::chrono::milliseconds{100});
}

}  // namespace billhook
