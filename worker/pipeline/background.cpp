#include "worker/pipeline/background.hpp"

#include "worker/pipeline/dunning_clock.hpp"
#include "worker/pipeline/relay.hpp"
#include "worker/pipeline/sweep.hpp"
#include "worker/runtime/rounds.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

namespace {

using time_point = std::chrono::steady_clock::time_point;

constexpr std::size_t standings_a_tick = 500;
constexpr std::size_t rows_a_pass = 500;
constexpr std::chrono::milliseconds table_wait{200};
constexpr std::chrono::seconds say_again{60};
constexpr std::chrono::seconds between_counts{5};

// All that is due now, in transactions of at most `limit` standings.
void tick_through(ledger& state, surroundings& with, std::size_t limit) {
    while (!with.pace.stopping()) {
        with.signs.beat();
        const ticked one = tick(state, limit);
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

    void round(organizations& table, leases& rights) {
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
            sweep(table, rights);
        }
    }

private:
    void sweep(organizations& table, leases& rights) {
        const std::array<std::string, 1> names{sweep_lease};
        // Long enough to be ours until the next pass; a worker that dies leaves it to another soon.
        const auto span = rhythm_.sweep * 2;
        if (rights.claim(names, span).empty()) {
            return;
        }
        const swept result = sweeper_.pass(table, to_, rows_a_pass, with_.pace.now());
        with_.numbers.unlisted.set(static_cast<double>(table.count_unlisted()));
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
    bool round(outbox& from) {
        const relayed did = relay_.round(from, to_, with_.pace);
        with_.numbers.relayed.add(static_cast<double>(did.acknowledged));
        if (with_.pace.now() >= next_count_) {
            next_count_ = with_.pace.now() + between_counts;
            count(from);
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
        const auto cause = to_.last_error();
        with_.lines.warning(
            "Kafka does not acknowledge what the relay sends",
            "acknowledged"_is(did.acknowledged),
            "cause"_is(cause.empty() ? "no answer in time" : cause)
        );
        return false;
    }

private:
    void count(outbox& from) {
        const outbox_backlog waits = from.waiting();
        with_.numbers.outbox.set(static_cast<double>(waits.messages));
        with_.numbers.outbox_age.set(std::chrono::duration<double>(waits.oldest).count());
    }

    surroundings& with_;
    publisher& to_;
    relay_rhythm rhythm_;
    relay relay_;
    time_point next_count_{};
};

round_means means_of(surroundings& with, std::string_view thread, bool goes_on) {
    return {
        .thread = thread,
        .pace = with.pace,
        .lines = with.lines,
        .signs = with.signs,
        .retries = with.numbers.retries,
        .alarms = with.numbers.alarms,
        .goes_on = goes_on};
}

}  // namespace

ending run_clock(clock_session& postgres, surroundings with, std::chrono::milliseconds every) {
    std::size_t limit = standings_a_tick;
    const auto round = [&] {
        try {
            tick_through(postgres.get<ledger>(), with, limit);
        } catch (const std::exception& thrown) {
            if (diagnose(thrown).what == postgres::remedy::halve) {
                limit = std::max<std::size_t>(limit / 2, 1);
            }
            throw;
        }
        limit = standings_a_tick;
        with.pace.wait(every);
        return true;
    };
    return run_rounds(postgres, means_of(with, "clock", false), round, [] {});
}

void run_table(table_session& postgres, surroundings with, publisher& to, table_rhythm rhythm) {
    table_keeper keeper(with, to, rhythm);
    const auto round = [&] {
        keeper.round(postgres.get<organizations>(), postgres.get<leases>());
        return true;
    };
    // A clean end: nobody has to wait for this thread's leases to run out.
    const auto leave = [&] { postgres.get<leases>().leave(); };
    static_cast<void>(run_rounds(postgres, means_of(with, "table", true), round, leave));
}

void run_relay(relay_session& postgres, surroundings with, publisher& to, relay_rhythm rhythm) {
    relay_keeper keeper(with, to, rhythm);
    const auto round = [&] { return keeper.round(postgres.get<outbox>()); };
    const auto leave = [&] { postgres.get<leases>().leave(); };
    static_cast<void>(run_rounds(postgres, means_of(with, "relay", true), round, leave));
}

}  // namespace billhook
