// A worker that was down mails and restricts nobody whose payment is already in the log: worked
// lives, each with many moments at which the worker dies or falls asleep and comes back.
#include "schemas/stripe/event.hpp"
#include "tests/builders/life.hpp"
#include "tests/simulation/rendered.hpp"
#include "tests/simulation/sim_worker.hpp"
#include "tests/worker/domain/worked_lives.hpp"
#include "worker/pipeline/dunning_clock.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

using builders::life_event;
using namespace std::chrono_literals;
using simulation::fault;
using simulation::sim_database;
using simulation::sim_log;
using simulation::sim_worker;

const organization_id organization{"org_1"};
constexpr std::chrono::minutes settle{15};
constexpr std::chrono::days grace{7};
constexpr std::chrono::days restricted{14};
// Of a worker: so many it has made when it has read what was there and stored two horizons.
constexpr std::size_t calls = 71;

// A life with a case that ends: by a payment, or by what Stripe says.
struct failing_life {
    std::string name;
    std::vector<life_event> events;
    dunning_case ended;

    // The steps that are due to be told when all of the log is known up to then.
    [[nodiscard]] std::vector<std::string> due_at(instant then) const {
        std::vector<std::string> due;
        for (const auto& [step, word] : {
                 std::pair{std::chrono::days{0},  "0d" },
                 std::pair{std::chrono::days{3},  "3d" },
                 std::pair{std::chrono::days{5},  "5d" },
                 std::pair{std::chrono::days{7},  "7d" },
                 std::pair{std::chrono::days{14}, "14d"},
                 std::pair{std::chrono::days{21}, "21d"}
        }) {
            if (ended.anchor + step + settle <= then) {
                due.emplace_back(word);
            }
        }
        return due;
    }
    [[nodiscard]] access_level access_at(instant then) const {
        return then < ended.anchor + grace                ? access_level::full
               : then < ended.anchor + grace + restricted ? access_level::restricted
                                                          : access_level::none;
    }
};

enum class down : std::uint8_t {
    killed,
    killed_twice,  // also the worker that comes back
    asleep,        // goes on with what it knew when it fell asleep
};

struct outage {
    const failing_life* of = nullptr;
    instant stop;
    instant start;
    bool paid = false;  // what ended the case is in the log
    down how = down::killed;
    std::size_t at_call = 0;
    std::size_t batch = 1;  // of the worker that comes back
};

// Log and database, and how much of the life is in the log.
struct scene {
    sim_database database{2};
    sim_log log{2};
    std::size_t told = 0;
};

// A life as it goes on: workers read when they are told to, and the clock of another one looks
// before each of their calls.
class world {
public:
    world(const failing_life& of, bool paid, scene from)
        : of_(of), paid_(paid), now_(std::move(from)) {
        clock_.open();
    }

    // Stripe's events come as they are created, the clock looks whenever a step would be due.
    // Nobody reads.
    void pass(instant until) {
        std::vector<instant> moments{until};
        for (int day = 0; day <= 30; ++day) {
            moments.push_back(of_.ended.anchor + std::chrono::days{day} + settle);
        }
        for (const life_event& each : of_.events) {
            moments.push_back(each.created);
        }
        std::ranges::sort(moments);
        for (const instant each : moments) {
            if (each > now_.database.now && each <= until) {
                now_.database.now = each;
                tell(each);
                look();
            }
        }
    }
    void work(std::size_t batch = 500) {
        sim_worker worker(now_.log, now_.database, "a", batch, false);
        run(worker);
    }
    void die(std::size_t batch, std::size_t at_call) {
        sim_worker worker(now_.log, now_.database, "a", batch, false);
        worker.weather.fail(at_call, fault::killed);
        CHECK_THROWS_AS(run(worker), simulation::worker_killed);
    }
    void sleep(instant until, std::size_t at_call) {
        sim_worker worker(now_.log, now_.database, "a", 500, false);
        worker.weather.interleave(at_call, [&] { pass(until); });
        run(worker);
        CHECK(now_.database.now >= until);
    }

    [[nodiscard]] const scene& now() const { return now_; }
    // The steps that were sent, in their order.
    [[nodiscard]] std::vector<std::string> steps() const { return sent(true); }
    [[nodiscard]] std::vector<std::string> others() const { return sent(false); }
    [[nodiscard]] access_level access() const {
        const auto at = now_.database.tables.standings().find(organization);
        return at == now_.database.tables.standings().end() ? access_level::full
                                                            : at->second.access;
    }
    // That anybody could see since this world began.
    [[nodiscard]] access_level worst_access() const { return worst_; }

private:
    void tell(instant until) {
        const auto& events = of_.events;
        for (; now_.told < events.size() && events[now_.told].created <= until; ++now_.told) {
            if (paid_ || events[now_.told].created < *of_.ended.ended_at) {
                now_.log.append(simulation::rendered(events[now_.told].what));
            }
        }
    }
    // Until it is idle, or dies.
    void run(sim_worker& worker) {
        worker.weather.interleave_all([&] { look_if_changed(); });
        worker.pace.stop_after(100);
        const ending ended = worker.work();
        CHECK(ended == ending::left);
        look_if_changed();
    }
    void look_if_changed() {
        if (now_.database.version != seen_) {
            look();
        }
    }
    void look() {
        while (tick(clock_.get<ledger>(), 100).claimed > 0) {
        }
        seen_ = now_.database.version;
        worst_ = std::max(worst_, access());
    }
    [[nodiscard]] std::vector<std::string> sent(bool steps) const {
        std::vector<std::string> all;
        for (const notice& each : now_.database.tables.sent()) {
            if (steps == (each.case_anchor && each.kind != notice_kind::recovered)) {
                all.push_back(each.step);
            }
        }
        return all;
    }

    const failing_life& of_;
    bool paid_;
    scene now_;
    simulation::faults calm_;
    clock_session clock_{simulation::sim_session<ledger>(now_.database, calm_, "clock")};
    std::uint64_t seen_ = 0;
    access_level worst_ = access_level::full;
};

// Day by day and hour by hour, with a worker that is always there.
scene lived(const failing_life& life, instant until) {
    scene start;
    start.database.now = life.events.front().created - 1h;
    world whole(life, true, std::move(start));
    std::vector<instant> moments;
    for (const life_event& each : life.events) {
        moments.push_back(each.created);
    }
    for (int day = 0; day <= 30; ++day) {
        moments.push_back(life.ended.anchor + std::chrono::days{day} + settle);
    }
    std::ranges::sort(moments);
    for (const instant each : moments) {
        if (each < until) {
            whole.pass(each);
            whole.work();
        }
    }
    return whole.now();
}

// The one case of a life that ends, found by living it to its end.
failing_life failing(const worked_life& from) {
    failing_life made{.name = from.name, .events = builders::life(from.events), .ended = {}};
    std::ranges::stable_sort(made.events, {}, &life_event::created);
    made.ended.anchor = made.events.front().created;
    const scene whole = lived(made, instant::max());
    const auto cases = whole.database.tables.cases();
    const auto ended = std::ranges::find_if(cases, [](const dunning_case& one) {
        return one.ended_at.has_value();
    });
    REQUIRE(ended != cases.end());
    made.ended = *ended;
    return made;
}

std::vector<failing_life> lives_that_recover() {
    std::vector<failing_life> lives;
    for (const worked_life& each : worked_lives()) {
        const std::string_view name = each.name;
        for (const char* const number : {"5 ", "6 ", "7 ", "12 ", "13 ", "25 "}) {
            if (name.starts_with(number)) {
                lives.push_back(failing(each));
            }
        }
    }
    return lives;
}

// When the worker is gone and when one is back.
std::vector<std::pair<instant, instant>> times_of(const failing_life& life) {
    const instant anchor = life.ended.anchor;
    const instant end = *life.ended.ended_at;
    const auto quarter = (end - anchor) / 4;
    std::vector<std::pair<instant, instant>> all;
    for (const instant stop :
         {anchor - 30min, anchor, anchor + quarter, anchor + 2 * quarter, end - 1min}) {
        for (const instant start :
             {end + 1min,
              end + 26h,
              std::max(end, anchor + 192h) + 1h,
              std::max(end, anchor + 600h)}) {
            all.emplace_back(stop, start);
        }
    }
    return all;
}

void live_through(world& in, const outage& one) {
    in.pass(one.stop);
    if (one.how == down::asleep) {
        in.sleep(one.start, one.at_call);
    } else {
        in.die(500, one.at_call);
    }
    in.pass(one.start);
    if (one.how == down::killed_twice) {
        in.die(one.batch, (one.at_call + calls / 2) % calls);
    }
    in.work(one.batch);
}

std::string line(const std::vector<std::string>& words) {
    return fmt::format("{}", fmt::join(words, " "));
}

// Who comes back finds all of the outage in the log. Up to `stop` everything was read, and told.
void check(const outage& one, const scene& before) {
    world world(*one.of, one.paid, before);
    live_through(world, one);
    CHECK(world.now().database.horizon() >= one.start);
    std::vector<std::string> told = one.of->due_at(one.stop);
    if (one.paid) {
        CHECK(line(world.steps()) == line(told));
        CHECK(world.worst_access() <= one.of->access_at(one.stop));
        CHECK(world.access() == access_level::full);
        // Only who was told of the failure is told that it is over.
        CHECK(world.others().size() == (told.empty() ? 0 : 1));
        return;
    }
    // Nobody paid: of what fell due meanwhile the last step is told.
    const auto due = one.of->due_at(one.start);
    if (due.size() > told.size()) {
        told.push_back(due.back());
    }
    CHECK(line(world.steps()) == line(told));
    CHECK(world.access() == one.of->access_at(one.start));
    CHECK(world.others().empty());
}

}  // namespace

TEST_CASE("rendered: a life's events are read as they were meant") {
    for (const worked_life& life : worked_lives()) {
        for (const life_event& each : builders::life(life.events)) {
            CAPTURE(life.name);
            CAPTURE(each.name);
            const record made = simulation::rendered(each.what);
            if (const auto* said = std::get_if<mapping>(&each.what.what)) {
                CHECK(parse_mapping(made.body)->organization == said->organization);
                continue;
            }
            if (const auto* given = std::get_if<grant>(&each.what.what)) {
                const auto read = parse_grant(made.body);
                REQUIRE(read.has_value());
                CHECK((*read == *given));
                continue;
            }
            const auto& meant = std::get<stripe::event>(each.what.what);
            const auto read = stripe::parse_event(made.body);
            REQUIRE(read.has_value());
            CHECK(read->id == meant.id);
            CHECK(read->customer == meant.customer);
            CHECK((read->said == meant.said));
        }
    }
}

TEST_CASE("outages: no notice and no restriction when the payment is already in the log") {
    std::size_t schedules = 0;
    for (const failing_life& life : lives_that_recover()) {
        for (const auto& [stop, start] : times_of(life)) {
            const scene before = lived(life, stop);
            for (const down how : {down::killed, down::killed_twice, down::asleep}) {
                for (const bool paid : {true, false}) {
                    const std::size_t batches[] = {1, 2, 500};
                    const outage one{
                        .of = &life,
                        .stop = stop,
                        .start = start,
                        .paid = paid,
                        .how = how,
                        .at_call = schedules * 11 % calls,
                        .batch = batches[schedules % 3]};
                    CAPTURE(life.name);
                    CAPTURE(to_rfc3339(stop));
                    CAPTURE(to_rfc3339(start));
                    CAPTURE(static_cast<int>(how));
                    CAPTURE(paid);
                    CAPTURE(one.at_call);
                    check(one, before);
                    ++schedules;
                }
            }
        }
    }
    CHECK(schedules == 720);
}

}  // namespace billhook
