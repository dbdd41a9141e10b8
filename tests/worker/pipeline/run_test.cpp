#include "worker/pipeline/run.hpp"

#include "schemas/messages/topics.hpp"
#include "tests/simulation/scenario.hpp"
#include "tests/simulation/sim_worker.hpp"
#include "worker/domain/assess.hpp"
#include "worker/pipeline/dunning_clock.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

namespace billhook {

namespace {

using simulation::fault;
using simulation::faults;
using simulation::sim_database;
using simulation::sim_log;
using simulation::sim_worker;

struct world {
    explicit world(const simulation::scenario& what) : story(what), log(2), database(2) {
        database.poisoned.insert(event_id{what.poison_id});
        for (const record& each : what.records) {
            log.append(each);
        }
    }

    simulation::scenario story;
    sim_log log;
    sim_database database;
};

// The same final `now` for everybody: all partitions complete to the story's end, and every
// organization assessed at it, as the clock would in time.
void settle(world& in) {
    for (auto& [which, row] : in.database.offsets) {
        row.complete_to = in.story.ends;
    }
    faults none;
    clock_session postgres(simulation::sim_session<ledger>(in.database, none, "last"));
    postgres.open();
    std::vector<organization_id> all;
    for (const auto& [id, row] : in.database.tables.standings()) {
        all.push_back(id);
    }
    const auto unit = postgres.get<ledger>().begin_tick();
    REQUIRE(unit);
    unit->store(assess_each(unit->load(unit->lock_standings(all)), unit->plans(), unit->horizon()));
    unit->commit();
}

void check_accounting(const world& in) {
    const auto dead = static_cast<std::int64_t>(in.database.dead_letters.size());
    CHECK(in.database.consumed() == in.log.records());
    CHECK(in.database.deliveries() + dead == in.log.records());
    CHECK(in.database.dead_letters.size() == in.story.unreadable + 1);
}

struct outcome_of_run {
    std::vector<std::string> dump;
    std::vector<std::string> calls;
};

outcome_of_run undisturbed(std::size_t batch) {
    world one(simulation::small_scenario());
    sim_worker worker(one.log, one.database, "a", batch);
    REQUIRE(worker.work() == ending::left);
    settle(one);
    check_accounting(one);
    outcome_of_run result{.dump = one.database.dump(), .calls = {}};
    for (std::size_t call = 0; call < worker.weather.calls(); ++call) {
        result.calls.push_back(worker.weather.name_of(call));
    }
    return result;
}

}  // namespace

TEST_CASE("run: the story is told and accounted for") {
    world one(simulation::small_scenario());
    sim_worker worker(one.log, one.database, "a", 5);
    REQUIRE(worker.work() == ending::left);
    settle(one);
    check_accounting(one);
    const auto& standings = one.database.tables.standings();
    REQUIRE(standings.size() == 3);
    CHECK(standings.at(organization_id{"org_1"}).access == access_level::full);
    CHECK(standings.at(organization_id{"org_2"}).why == reason::canceled);
    CHECK(standings.at(organization_id{"org_3"}).plan == "basic");
    for (const auto& [at, letter] : one.database.dead_letters) {
        CHECK(
            (letter.reason == "not_json" || letter.reason == "no_id" ||
             letter.reason == "database_22P05")
        );
    }
    CHECK_FALSE(worker.changed.take(std::chrono::milliseconds{0}).empty());
    CHECK(worker.numbers.records.value() == static_cast<double>(one.log.records()));
    CHECK(worker.numbers.dead_letters.value() == 3);
}

TEST_CASE("run: the size of batches changes nothing") {
    const auto whole = undisturbed(500);
    for (const std::size_t batch : {1u, 2u, 7u}) {
        CAPTURE(batch);
        CHECK(undisturbed(batch).dump == whole.dump);
    }
}

TEST_CASE("run: whichever call fails the end is the same") {
    const auto whole = undisturbed(5);
    for (const fault what : {fault::retry, fault::broken, fault::refused, fault::lands_unknown}) {
        for (std::size_t call = 0; call < whole.calls.size(); ++call) {
            CAPTURE(static_cast<int>(what));
            CAPTURE(call);
            CAPTURE(whole.calls[call]);
            world one(simulation::small_scenario());
            sim_worker worker(one.log, one.database, "a", 5);
            worker.weather.fail(call, what);
            REQUIRE(worker.work() == ending::left);
            settle(one);
            check_accounting(one);
            CHECK(one.database.dump() == whole.dump);
        }
    }
}

TEST_CASE("run: whatever Kafka answers the end is the same and the log has its name") {
    const auto whole = undisturbed(5);
    std::map<std::string, std::size_t> first;
    for (std::size_t call = 0; call < whole.calls.size(); ++call) {
        first.emplace(whole.calls[call], call);
    }
    for (const kafka::error_rule& each : kafka::error_rules()) {
        if (each.what == kafka::remedy::bug) {
            continue;
        }
        for (const char* asked : {"poll", "start", "end_of"}) {
            CAPTURE(kafka::name_of(each.code));
            CAPTURE(asked);
            world one(simulation::small_scenario());
            sim_worker worker(one.log, one.database, "a", 5, true, each.code);
            worker.weather.fail(first.at(asked), fault::broken);
            REQUIRE(worker.work() == ending::left);
            settle(one);
            check_accounting(one);
            CHECK(one.database.dump() == whole.dump);
            const bool alarmed = each.what == kafka::remedy::alarm;
            CHECK(worker.numbers.alarms.value() == (alarmed ? 1 : 0));
            CHECK(
                worker.said.str().find("cause=" + kafka::name_of(each.code)) != std::string::npos
            );
        }
    }
}

TEST_CASE("run: whenever a worker dies another one ends the same way") {
    const auto whole = undisturbed(5);
    for (const fault what : {fault::killed, fault::killed_landed}) {
        for (std::size_t call = 0; call < whole.calls.size(); ++call) {
            CAPTURE(static_cast<int>(what));
            CAPTURE(call);
            CAPTURE(whole.calls[call]);
            world one(simulation::small_scenario());
            sim_worker first(one.log, one.database, "a", 5);
            first.weather.fail(call, what);
            bool died = false;
            try {
                static_cast<void>(first.work());
            } catch (const simulation::worker_killed&) {
                died = true;
            }
            // The leave of a clean stop may be the call at which it dies; then all is done.
            CHECK(died);
            sim_worker second(one.log, one.database, "b", 3);
            REQUIRE(second.work() == ending::left);
            settle(one);
            check_accounting(one);
            CHECK(one.database.dump() == whole.dump);
        }
    }
}

TEST_CASE("run: a zombie that wakes after another worker took over changes nothing") {
    const auto whole = undisturbed(5);
    for (std::size_t call = 0; call < whole.calls.size(); ++call) {
        CAPTURE(call);
        CAPTURE(whole.calls[call]);
        world one(simulation::small_scenario());
        sim_worker sleeper(one.log, one.database, "a", 5);
        sim_worker other(one.log, one.database, "b", 4);
        sleeper.weather.interleave(call, [&] { REQUIRE(other.work() == ending::left); });
        REQUIRE(sleeper.work() == ending::left);
        settle(one);
        check_accounting(one);
        CHECK(one.database.dump() == whole.dump);
    }
}

TEST_CASE("run: a claim that was taken over moves nothing") {
    world one(simulation::small_scenario());
    faults none;
    clock_session first(simulation::sim_session<ledger>(one.database, none, "a"));
    clock_session second(simulation::sim_session<ledger>(one.database, none, "b"));
    first.open();
    second.open();
    const partition which{topics::stripe_events, 0};
    const claim old = first.get<ledger>().take_over(which);
    static_cast<void>(second.get<ledger>().take_over(which));
    const instant later = from_unix_seconds(1);
    CHECK(pass_time(old, later, first.get<ledger>()).how == processed::ending::not_owner);
    CHECK_FALSE(one.database.offsets[which].complete_to);
}

TEST_CASE("run: a promote in between loses the old unit and the worker follows") {
    world one(simulation::small_scenario());
    sim_worker worker(one.log, one.database, "a", 5);
    worker.weather.interleave(8, [&] { ++one.database.generation; });
    REQUIRE(worker.work() == ending::left);
    check_accounting(one);
}

TEST_CASE("run: a partition with another log stands still and the others go on") {
    world one(simulation::small_scenario());
    auto& row = one.database.offsets[{topics::stripe_events, 0}];
    row.next_offset = 1;
    row.fingerprint = "0123456789abcdef";
    sim_worker worker(one.log, one.database, "a", 5);
    REQUIRE(worker.work() == ending::left);
    CHECK(one.database.offsets[{topics::stripe_events, 0}].next_offset == 1);
    CHECK(
        one.database.offsets[{topics::stripe_events, 1}].next_offset ==
        static_cast<std::int64_t>(one.log.partitions[1].size())
    );
    CHECK(worker.said.str().find("stands still") != std::string::npos);
}

TEST_CASE("run: too many dead letters halt the partition until an operator resumes it") {
    world one(simulation::small_scenario());
    one.log = sim_log(1);
    one.database.partitions = 1;
    one.database.dead_letters_allowed = 10;
    for (int each = 0; each < 100; ++each) {
        one.log.append(simulation::published("no JSON " + std::to_string(each)));
    }
    sim_worker worker(one.log, one.database, "a", 20);
    REQUIRE(worker.work() == ending::left);
    const partition which{topics::stripe_events, 0};
    CHECK(one.database.offsets[which].halted);
    CHECK(one.database.offsets[which].next_offset == 20);
    CHECK(one.database.dead_letters.size() == 20);
    CHECK(worker.said.str().find("stands still") != std::string::npos);

    one.database.offsets[which].halted = false;
    one.database.dead_letters_allowed = 1'000;
    sim_worker again(one.log, one.database, "b", 20);
    REQUIRE(again.work() == ending::left);
    CHECK(one.database.dead_letters.size() == 100);
}

TEST_CASE("run: a parked partition is looked at now and then without raising its epoch") {
    world one(simulation::small_scenario());
    one.log = sim_log(1);
    one.database.partitions = 1;
    for (int each = 0; each < 10; ++each) {
        one.log.append(simulation::published("no JSON " + std::to_string(each)));
    }
    const partition which{topics::stripe_events, 0};
    auto& row = one.database.offsets[which];
    SUBCASE("halted") {
        row.halted = true;
    }
    SUBCASE("the log is another one") {
        row.next_offset = 1;
        row.fingerprint = "0123456789abcdef";
    }
    SUBCASE("the topic is gone") {
        one.log.gone = true;
    }
    sim_worker worker(one.log, one.database, "a", 500, false);
    // Long enough to look again several times; then an operator mends what was wrong.
    std::size_t looks = 0;
    worker.weather.interleave(20'000, [&] {
        CHECK(row.epoch == 1);
        for (std::size_t call = 0; call < worker.weather.calls(); ++call) {
            looks += worker.weather.name_of(call) == "look_at" ? 1 : 0;
        }
        CHECK(worker.numbers.parked.value() == 1);
        row.halted = false;
        row.next_offset = 0;
        row.fingerprint.reset();
        one.log.gone = false;
    });
    worker.pace.stop_after(40'000);
    REQUIRE(worker.work() == ending::left);
    CHECK(looks >= 2);
    CHECK(row.epoch == 1);
    CHECK(row.next_offset == 10);
    CHECK(worker.numbers.parked.value() == 0);
    CHECK(worker.said.str().find("stands still") != std::string::npos);
}

TEST_CASE("run: a topic that goes while it is read stands still and is read on when it is back") {
    world one(simulation::small_scenario());
    one.log = sim_log(1);
    one.database.partitions = 1;
    for (int each = 0; each < 10; ++each) {
        one.log.append(simulation::published("no JSON " + std::to_string(each)));
    }
    sim_worker worker(one.log, one.database, "a", 4, false);
    worker.weather.interleave_all([&] {
        const auto calls = worker.weather.calls();
        if (calls == 2'000) {
            one.log.gone = true;
        } else if (calls == 20'000) {
            CHECK(worker.numbers.parked.value() == 1);
            one.log.gone = false;
            one.log.append(simulation::published("no JSON, later"));
        }
    });
    worker.pace.stop_after(40'000);
    REQUIRE(worker.work() == ending::left);
    CHECK(worker.numbers.parked.value() == 0);
    CHECK(one.database.offsets[{topics::stripe_events, 0}].next_offset == 11);
    CHECK(one.database.dead_letters.size() == 11);
}

TEST_CASE("run: an idle worker moves the horizon") {
    world one(simulation::small_scenario());
    sim_worker worker(one.log, one.database, "a", 500, false);
    worker.pace.stop_after(200);
    REQUIRE(worker.work() == ending::left);
    const instant first = one.database.horizon();
    CHECK(first > instant{});
    CHECK(one.database.leases.empty());
    sim_worker next(one.log, one.database, "b", 500, false);
    next.pace.stop_after(200);
    REQUIRE(next.work() == ending::left);
    CHECK(one.database.horizon() > first);
}

TEST_CASE("run: plans that were applied in between count from the next unit on") {
    world one(simulation::small_scenario());
    sim_worker before(one.log, one.database, "a", 5);
    REQUIRE(before.work() == ending::left);
    // As `change_plans` does: the plans, the generation and every standing in one step.
    one.database.plans.plans[0].features["patients_max"] = std::int64_t{7};
    ++one.database.generation;
    settle(one);
    one.log.append(one.story.records.front());
    sim_worker after(one.log, one.database, "b", 5);
    REQUIRE(after.work() == ending::left);
    for (const auto& [id, stored] : one.database.tables.standings()) {
        CAPTURE(id.text());
        CHECK((assess(one.database.tables.load(id), one.database.plans, stored.as_of) == stored));
    }
    CHECK(one.database.consumed() == one.log.records());
}

TEST_CASE("dunning clock: what is due is assessed and then nothing is due") {
    world one(simulation::small_scenario());
    sim_worker worker(one.log, one.database, "a", 500);
    REQUIRE(worker.work() == ending::left);
    for (auto& [which, row] : one.database.offsets) {
        row.complete_to = one.story.ends + std::chrono::days{365};
    }
    worker.postgres.open();
    const ticked due = tick(worker.postgres.get<ledger>(), 100);
    CHECK(due.claimed > 0);
    CHECK(due.result.how == processed::ending::committed);
    CHECK(tick(worker.postgres.get<ledger>(), 100).claimed == 0);
}

}  // namespace billhook
