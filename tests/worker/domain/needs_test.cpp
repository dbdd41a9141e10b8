#include "worker/domain/needs.hpp"

#include "tests/builders/life.hpp"
#include "tests/builders/living.hpp"
#include "tests/builders/memory_projection.hpp"
#include "tests/worker/domain/leaning_lives.hpp"
#include "worker/domain/fact_history.hpp"

#include <doctest/doctest.h>

#include <span>
#include <string>
#include <vector>

// What a batch does not read would change nothing: lives told in this order, cut in every way.
namespace billhook {

TEST_CASE("needs: lives that lean on what was known before end as if everything were read") {
    const auto plans = builders::example_plans();
    const auto now = builders::day("d40 00:00");
    for (const auto& each : leaning_lives()) {
        CAPTURE(std::string(each.name));
        const auto events = builders::told_in(each.events);
        for (unsigned cuts = 0; cuts < 1U << (events.size() - 1); ++cuts) {
            CAPTURE(cuts);
            builders::memory_projection tables;
            builders::memory_projection whole;
            whole.read_everything();
            for (std::size_t from = 0, to = 1; from < events.size(); from = to, ++to) {
                while (to < events.size() && (cuts >> (to - 1) & 1U) != 0) {
                    ++to;
                }
                const auto batch = std::span{events}.subspan(from, to - from);
                builders::fold_in(tables, batch, plans, now);
                builders::fold_in(whole, batch, plans, now);
            }
            CHECK((tables.dump() == whole.dump()));
        }
    }
}

TEST_CASE("fact history: a late fact moves the end of the second that leans on it") {
    std::vector<stripe::subscription_fact> facts;
    for (const auto& each : builders::life(R"(
             b  d0 00:00 sub_1 created active plan=basic period=0-30
             d1 d5 00:00 sub_1 updated cancel_at_period_end:false->true
             d2 d5 00:00 sub_1 updated cancel_at_period_end:true->false
             c  d4 00:00 sub_1 updated cancel_at_period_end:false->true
         )")) {
        facts.push_back(
            std::get<stripe::subscription_fact>(std::get<stripe::event>(each.what.what).said)
        );
    }
    const std::span<const stripe::subscription_fact> all{facts};
    const fact_history<stripe::subscription_fact> before{all.first(3)};
    CHECK(before.pick().fact->event == event_id{"evt_d2"});
    const fact_history<stripe::subscription_fact> grown{all};
    CHECK(grown.pick().fact->event == event_id{"evt_d1"});
    CHECK(grown.pick().ambiguous);
}

}  // namespace billhook
