#include "worker/pipeline/background.hpp"

#include "worker/pipeline/dunning_clock.hpp"
#include "worker/pipeline/relay.hpp"
#include "worker/pipeline/sweep.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

using time_point = std::chrono::steady_clock::time_point;

constexpr std::size_t standings_a_tick = 100;
constexpr std::size_t rows_a_pass = 500;
constexpr std::chrono::milliseconds table_wait{200};
constexpr std::chrono::seconds say_again{60};
constexpr std::chrono::seconds between_counts{5};

// Waits after the failure and gives up the connection, whatever it was: these threads have no batch
// to be careful with.
void recover(
    surroundings& with,
    std::string_view what,
    const std::exception& thrown,
    unsigned failures
) {
    const diagnosis why = diagnose(thrown);
    with.numbers.retries.add();
    with.lines.warning(
        "a round failed",
        "thread"_is(what),
        "remedy"_is(why.what),
        "cause"_is(why.cause),
        "text"_is(postgres::scrubbed(thrown))
    );
    if (why.what == postgres::remedy::alarm || why.what == postgres::remedy::bisect) {
        sound_alarm(with, why);
    }
    with.postgres.close();
    with.pace.wait(jittered(pause_after(why.what, failures)));
}

// All that is due now, in transactions of at most `limit` standings.
void tick_through(surroundings& with, std::size_t limit) {
    while (!with.pace.stopping()) {
        with.signs.beat();
        const ticked one = tick(with.postgres.books(), limit);
        if (one.result.how == processed::ending::not_owner || one.claimed == 0) {
            return;
        }
        with.numbers.ticks.add(static_cast<double>(one.claimed));
        with.changed.note(one.result.restated);
        if (one.claimed < limit) {
            return;
        }
    }
}

class table_keeper {
public:
    table_keeper(surroundings& with, publisher& to, table_rhythm rhythm)
        : with_(with), to_(to), rhythm_(rhythm), sweeper_(say_again) {}

    void round() {
        organizations& table = with_.postgres.table();
        const std::vector<organization_id> changed = with_.changed.take(table_wait);
        if (!changed.empty()) {
            table.mirror(changed);
            with_.numbers.mirrored.add(static_cast<double>(changed.size()));
        }
        if (with_.pace.now() >= next_mirror_) {
            next_mirror_ = with_.pace.now() + rhythm_.mirror;
            table.mirror_differing(rows_a_pass);
        }
        if (with_.pace.now() >= next_sweep_) {
            next_sweep_ = with_.pace.now() + rhythm_.sweep;
            sweep(table);
        }
    }

private:
    void sweep(organizations& table) {
        const std::array<std::string, 1> names{sweep_lease};
        // Long enough to be ours until the next pass; a worker that dies leaves it to another soon.
        const auto span = rhythm_.sweep * 2;
        if (with_.postgres.rights().claim(names, span).empty()) {
            return;
        }
        const swept result = sweeper_.pass(table, to_, rows_a_pass, with_.pace.now());
        with_.numbers.swept.add(static_cast<double>(result.published));
        if (result.failed + result.unfit > 0) {
            with_.lines.warning(
                "rows of public.organizations were not told to the log",
                "not_acknowledged"_is(result.failed),
                "unfit"_is(result.unfit)
            );
        }
    }

    surroundings& with_;
    publisher& to_;
    table_rhythm rhythm_;
    sweeper sweeper_;
    time_point next_mirror_{};
    time_point next_sweep_{};
};

class relay_keeper {
public:
    relay_keeper(surroundings& with, publisher& to, relay_rhythm rhythm)
        : with_(with), to_(to), rhythm_(rhythm), relay_({.lease = rhythm.lease}) {}

    // False if Kafka did not take what it was given.
    bool round() {
        const relayed did = relay_.round(with_.postgres.outgoing(), to_, with_.pace);
        with_.numbers.relayed.add(static_cast<double>(did.acknowledged));
        if (with_.pace.now() >= next_count_) {
            next_count_ = with_.pace.now() + between_counts;
            count();
        }
        switch (did.how) {
            case relayed::ending::elsewhere:
                with_.pace.wait(std::max(rhythm_.every, rhythm_.lease / 5));
                return true;
            case relayed::ending::waiting:
            case relayed::ending::idle:
                with_.pace.wait(rhythm_.every);
                return true;
            case relayed::ending::sent:
                if (!did.more) {
                    with_.pace.wait(rhythm_.every);
                }
                return true;
            case relayed::ending::failed:
                break;
        }
        with_.numbers.relay_failures.add();
        with_.lines.warning(
            "Kafka does not acknowledge what the relay sends", "acknowledged"_is(did.acknowledged)
        );
        return false;
    }

private:
    void count() {
        const outbox_backlog waits = with_.postgres.outgoing().waiting();
        with_.numbers.outbox.set(static_cast<double>(waits.messages));
        with_.numbers.outbox_age.set(std::chrono::duration<double>(waits.oldest).count());
    }

    surroundings& with_;
    publisher& to_;
    relay_rhythm rhythm_;
    relay relay_;
    time_point next_count_{};
};

// A clean end: nobody has to wait for this thread's leases to expire.
void leave(surroundings& with) {
    try {
        if (with.postgres.is_open()) {
            with.postgres.rights().leave();
        }
    } catch (const std::exception& thrown) {
        with.lines.warning("leases were not given back", "cause"_is(postgres::scrubbed(thrown)));
    }
}

}  // namespace

ending run_clock(surroundings with, std::chrono::milliseconds every) {
    unsigned failures = 0;
    std::size_t limit = standings_a_tick;
    while (!with.pace.stopping()) {
        with.signs.beat();
        try {
            if (!with.postgres.is_open()) {
                with.postgres.open();
            }
            tick_through(with, limit);
            failures = 0;
            limit = standings_a_tick;
            with.pace.wait(every);
        } catch (const std::exception& thrown) {
            const auto what = diagnose(thrown).what;
            if (what == postgres::remedy::stop) {
                with.lines.error(
                    "the clock met a failure that is neither Kafka's nor Postgres', the process "
                    "ends",
                    "text"_is(postgres::scrubbed(thrown))
                );
                return ending::gave_up;
            }
            if (what == postgres::remedy::halve) {
                limit = std::max<std::size_t>(limit / 2, 1);
            }
            recover(with, "clock", thrown, ++failures);
        }
    }
    return ending::left;
}

void run_table(surroundings with, publisher& to, table_rhythm rhythm) {
    table_keeper keeper(with, to, rhythm);
    unsigned failures = 0;
    while (!with.pace.stopping()) {
        with.signs.beat();
        try {
            if (!with.postgres.is_open()) {
                with.postgres.open();
            }
            keeper.round();
            failures = 0;
        } catch (const std::exception& thrown) {
            recover(with, "table", thrown, ++failures);
        }
    }
    leave(with);
}

void run_relay(surroundings with, publisher& to, relay_rhythm rhythm) {
    relay_keeper keeper(with, to, rhythm);
    unsigned failures = 0;
    while (!with.pace.stopping()) {
        with.signs.beat();
        try {
            if (!with.postgres.is_open()) {
                with.postgres.open();
            }
            if (keeper.round()) {
                failures = 0;
            } else {
                with.pace.wait(jittered(pause_after(postgres::remedy::retry, ++failures)));
            }
        } catch (const std::exception& thrown) {
            recover(with, "relay", thrown, ++failures);
        }
    }
    leave(with);
}

}  // namespace billhook
