#include "tools/simulator/lives.hpp"

#include <array>
#include <string>
#include <vector>

// What is arranged by schedules: a change for later, one that came, one that was taken back, an
// end.
namespace billhook::simulator {

namespace {

using namespace std::chrono_literals;
using std::chrono::days;

struct arranged {
    std::string subscription;
    std::string schedule;
};

// A schedule is begun on what was subscribed to, some days before a period's end.
arranged begin_before(stage& on, instant boundary, std::size_t plan) {
    arranged made;
    made.subscription = on.join(on.start_before(boundary), plan);
    on.stripe().advance_to(boundary - on.span(days{2}, days{9}));
    made.schedule = on.stripe().begin_schedule(made.subscription);
    on.stripe().advance_to(on.stripe().now() + on.span(1s, 30s));
    return made;
}

// The other end of the plans, or more seats of the same.
planned_phase another(stage& on, std::size_t than) {
    if (on.random.chance(0.3)) {
        return {on.price_of(than), 4, 1};
    }
    const auto last = on.plans.plans.size() - 1;
    return {on.price_of(than == last ? 0 : last), 1, 1};
}

// The boundary lies ahead: all that is arranged for it is still to come.
instant boundary_ahead(stage& on) {
    return on.end() + on.span(3h, days{1});
}

void change_scheduled(stage& on) {
    const auto plan = on.any_plan();
    const auto made = begin_before(on, boundary_ahead(on), plan);
    on.stripe().plan_phases(made.schedule, {.next = {another(on, plan)}});
}

void change_taken_back(stage& on) {
    const auto plan = on.any_plan();
    const auto made = begin_before(on, boundary_ahead(on), plan);
    on.stripe().plan_phases(
        made.schedule,
        {.next = {another(on, plan)}, .cancels = on.random.chance(0.5), .dates = true}
    );
    on.stripe().advance_to(on.before_end(1h, 20h));
    on.stripe().release_schedule(made.schedule);
}

// The next phase has begun; its renewal may fail. A second one lies ahead, or the schedule is over.
void change_came(stage& on) {
    on.keep_after_dunning();
    const auto plan = on.any_plan();
    const auto boundary = on.before_end(3h, days{9});
    const auto made = begin_before(on, boundary, plan);
    arrangement planned{.next = {another(on, plan)}};
    if (on.random.chance(0.5)) {
        planned.next.push_back({on.price_of(plan), 2, 1});
    }
    on.stripe().plan_phases(made.schedule, planned);
    if (on.random.chance(0.3)) {
        on.stripe().advance_to(boundary - 20min);
        on.stripe().set_card(on.customer, card::declining);
    }
}

// Its one phase was the period that is over.
void schedule_completed(stage& on) {
    const auto plan = on.any_plan();
    begin_before(on, on.before_end(3h, days{20}), plan);
}

void end_scheduled(stage& on) {
    const auto plan = on.any_plan();
    const auto made = begin_before(on, boundary_ahead(on), plan);
    arrangement planned{.cancels = true, .dates = on.random.chance(0.5)};
    if (on.random.chance(0.4)) {
        planned.next.push_back(another(on, plan));
    }
    on.stripe().plan_phases(made.schedule, planned);
}

arranged end_before(stage& on, instant boundary) {
    const auto made = begin_before(on, boundary, on.any_plan());
    on.stripe().plan_phases(made.schedule, {.cancels = true, .dates = on.random.chance(0.5)});
    return made;
}

void end_came(stage& on) {
    end_before(on, on.before_end(1h, days{20}));
}

// The deletion that was due is never said.
void end_came_unsaid(stage& on) {
    end_before(on, on.before_end(days{4}, days{12}));
    on.stripe().lose("");
}

void canceled_under_schedule(stage& on) {
    const auto plan = on.any_plan();
    const auto made = begin_before(on, boundary_ahead(on), plan);
    on.stripe().plan_phases(made.schedule, {.next = {another(on, plan)}});
    on.stripe().advance_to(on.before_end(1h, 20h));
    on.stripe().cancel_now(made.subscription, "cancellation_requested");
}

constexpr std::array scheduling_table{
    named_life{"change_scheduled",        2, change_scheduled       },
    named_life{"change_taken_back",       1, change_taken_back      },
    named_life{"change_came",             1, change_came            },
    named_life{"schedule_completed",      1, schedule_completed     },
    named_life{"end_scheduled",           2, end_scheduled          },
    named_life{"end_came",                1, end_came               },
    named_life{"end_came_unsaid",         1, end_came_unsaid        },
    named_life{"canceled_under_schedule", 1, canceled_under_schedule},
};

}  // namespace

std::span<const named_life> scheduling_lives() {
    return scheduling_table;
}

}  // namespace billhook::simulator
