// A worker that was down mails and restricts nobody whose payment is already in the log: worked
// lives, each with many moments at which the worker dies and comes back.
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

// A life with a case that ends: by a payment, or by what Stripe says.
struct failing_life {
    const char* name = nullptr;
    std::vector<life_event> events;
    dunning_case ended;
};

struct outage {
    const failing_life* of = nullptr;
    instant stop;
    instant start;
    bool paid = false;      // what ended the case is in the log
    std::size_t batch = 1;  // of the worker that comes back
    std::size_t dies_at = 0;
};

// Log and database over an outage, and the clock, which looks before every call of the consumer.
class world {
public:
    explicit world(const outage& of) : of_(of) {}

    // Everything that was created by then is in the log, and a worker reads on until it is idle, or
    // dies.
    void live_until(instant now, std::size_t batch, std::optional<std::size_t> dies_at) {
        database.now = std::max(database.now, now);
        const auto& events = of_.of->events;
        for (; next_ < events.size() && events[next_].created <= now; ++next_) {
            if (of_.paid || events[next_].created < *of_.of->ended.ended_at) {
                log_.append(simulation::rendered(events[next_].what));
            }
        }
        sim_worker worker(log_, database, "a", batch, false);
        worker.weather.interleave_all([&] { look(); });
        if (dies_at) {
            worker.weather.fail(*dies_at, fault::killed);
        }
        worker.pace.stop_after(150);
        try {
            // Not within the CHECK, which would take a kill for a failure of its own.
            const auto how = worker.work();
            CHECK(how == ending::left);
            look();
        } catch (const simulation::worker_killed&) {
            CHECK(dies_at.has_value());
        }
    }
    void live_through() {
        std::vector<instant> moments{of_.stop};
        for (const life_event& each : of_.of->events) {
            moments.push_back(each.created);
        }
        for (const auto step : builders::example_plans().dunning.steps()) {
            moments.push_back(of_.of->ended.anchor + step + settle);
        }
        std::ranges::sort(moments);
        for (const instant each : moments) {
            if (each < of_.stop) {
                live_until(each, 500, std::nullopt);
            }
        }
        live_until(of_.stop, 500, of_.dies_at);
    }
    // Of the case's steps, those sent after the first `before` of all notices.
    [[nodiscard]] std::vector<std::string> steps_sent(std::size_t before) const {
        std::vector<std::string> steps;
        const auto& sent = database.tables.sent();
        for (std::size_t at = before; at < sent.size(); ++at) {
            if (sent[at].case_anchor && sent[at].kind != notice_kind::recovered) {
                steps.push_back(sent[at].step);
            }
        }
        return steps;
    }
    [[nodiscard]] access_level access() const {
        const auto at = database.tables.standings().find(organization);
        return at == database.tables.standings().end() ? access_level::full : at->second.access;
    }

    sim_database database{2};

private:
    void look() {
        if (database.version == seen_) {
            return;
        }
        if (!clock_.is_open()) {
            clock_.open();
        }
        while (tick(clock_.books(), 100).claimed > 0) {
        }
        seen_ = database.version;
    }

    outage of_;
    sim_log log_{2};
    std::size_t next_ = 0;
    simulation::faults calm_;
    session clock_{simulation::sim_opener(database, calm_, "clock")};
    std::uint64_t seen_ = 0;
};

// The one case of a life that ends, found by living it to its end.
failing_life failing(const worked_life& from) {
    failing_life made{.name = from.name, .events = builders::life(from.events), .ended = {}};
    std::ranges::stable_sort(made.events, {}, &life_event::created);
    made.ended.ended_at = instant::max();
    const instant last = made.events.back().created;
    world whole({.of = &made, .stop = last, .start = last});
    whole.live_until(last, 500, std::nullopt);
    for (const dunning_case& each : whole.database.tables.cases()) {
        if (each.ended_at) {
            made.ended = each;
            break;
        }
    }
    REQUIRE(made.ended.ended_at < instant::max());
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

std::vector<outage> outages_of(const failing_life& life) {
    const instant anchor = life.ended.anchor;
    const instant end = *life.ended.ended_at;
    const auto quarter = (end - anchor) / 4;
    std::vector<outage> all;
    for (const instant stop :
         {anchor - 30min, anchor + 5min, anchor + quarter, anchor + 2 * quarter, end - 1min}) {
        for (const instant start :
             {end + 1min,
              end + 26h,
              std::max(end, anchor + 192h) + 1h,
              std::max(end, anchor + 600h)}) {
            for (const bool paid : {true, false}) {
                const std::size_t batches[] = {1, 2, 500};
                all.push_back(
                    {.of = &life,
                     .stop = stop,
                     .start = start,
                     .paid = paid,
                     .batch = batches[all.size() % 3],
                     .dies_at = all.size() * 7 % 41}
                );
            }
        }
    }
    return all;
}

void check_change(const message& told, access_level before) {
    for (const auto worse : {access_level::restricted, access_level::none}) {
        if (worse > before) {
            const auto word = fmt::format(R"("access":"{}")", to_word(worse));
            CHECK(told.value.find(word) == std::string::npos);
        }
    }
}

// Who comes back finds all of the outage in the log.
void check(const outage& one) {
    world world(one);
    world.live_through();
    const std::size_t sent_before = world.database.tables.sent().size();
    const std::int64_t told_before = world.database.next_outbox_id;
    const access_level before = world.access();
    world.live_until(one.start, one.batch, std::nullopt);
    CHECK(world.database.horizon() >= one.start);
    const auto steps = world.steps_sent(sent_before);
    if (one.paid) {
        CHECK(steps.empty());
        CHECK(world.access() == access_level::full);
        for (const auto& [id, told] : world.database.outbox) {
            if (id >= told_before) {
                check_change(told, before);
            }
        }
        return;
    }
    // Nobody paid: what fell due meanwhile is told once, by its last step.
    const catalogue plans = builders::example_plans();
    std::string last;
    for (const auto step : plans.dunning.steps()) {
        if (one.of->ended.anchor + step + settle <= one.start) {
            last = to_text(step);
        }
    }
    CHECK(steps.size() <= 1);
    const auto all = world.steps_sent(0);
    CHECK(std::ranges::count(all, last) == 1);
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
    const auto lives = lives_that_recover();
    std::size_t schedules = 0;
    for (const failing_life& life : lives) {
        for (const outage& one : outages_of(life)) {
            CAPTURE(life.name);
            CAPTURE(to_rfc3339(one.stop));
            CAPTURE(to_rfc3339(one.start));
            CAPTURE(one.paid);
            CAPTURE(one.dies_at);
            check(one);
            ++schedules;
        }
    }
    CHECK(schedules == 240);
}

}  // namespace billhook
