#include "schemas/stripe/event.hpp"
#include "tests/schemas/stripe/bodies.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::stripe {

namespace {

schedule_fact schedule_in(std::string_view type, std::string_view object) {
    return fact_in<schedule_fact>(event_body(type, object));
}

}  // namespace

TEST_CASE("schedule: the phase after the current one is what is arranged") {
    const auto fact = schedule_in(
        "subscription_schedule.updated",
        R"({"id":"sub_sched_1","object":"subscription_schedule","customer":"cus_1",)"
        R"("subscription":{"id":"sub_1"},"status":"active","current_phase":{"start_date":100,)"
        R"("end_date":200},"phases":[{"start_date":300,"end_date":400,"items":[{"price":"p_3"}]},)"
        R"({"start_date":200,"end_date":300,"items":[{"price":"p_2","quantity":5},{"plan":"p_m"}]},)"
        R"({"start_date":100,"end_date":200,"items":[{"price":"p_1","quantity":1}]}]})"
    );
    CHECK(fact.id == schedule_id("sub_sched_1"));
    CHECK(fact.event == event_id("evt_1"));
    CHECK(fact.event_created == at(1000));
    CHECK(fact.customer == customer_id("cus_1"));
    CHECK(fact.subscription == subscription_id("sub_1"));
    CHECK(fact.status == "active");
    CHECK(!fact.over);
    CHECK(!fact.first);
    CHECK(fact.phase_start == at(100));
    CHECK(fact.next_at == at(200));
    REQUIRE(fact.next_items.size() == 2);
    CHECK(fact.next_items[0].price == "p_2");
    CHECK(fact.next_items[0].quantity == 5);
    CHECK(fact.next_items[1].price == "p_m");
    CHECK(!fact.next_items[1].quantity);
}

TEST_CASE("schedule: one that has not started or is in its last phase or cannot be read") {
    const auto waits = schedule_in(
        "subscription_schedule.created",
        R"({"id":"s","status":"not_started","subscription":null,"current_phase":null,)"
        R"("phases":[{"start_date":200,"items":[{"price":"p_2"}]}]})"
    );
    CHECK(waits.first);
    CHECK(!waits.subscription);
    CHECK(!waits.next_at);
    const auto last = schedule_in(
        "subscription_schedule.updated",
        R"({"id":"s","current_phase":{"start_date":200,"end_date":300},)"
        R"("phases":[{"start_date":200,"items":[{"price":"p_2"}]}]})"
    );
    CHECK(last.phase_start == at(200));
    CHECK(!last.next_at);
    const auto odd = schedule_in(
        "subscription_schedule.updated",
        R"({"id":"s","status":7,"current_phase":{"start_date":"x"},"phases":[7,{"start_date":-1}]})"
    );
    CHECK(odd.status.empty());
    CHECK(!odd.phase_start);
    CHECK(!odd.next_at);
}

TEST_CASE("schedule: when it cancels the subscription") {
    struct row {
        std::string object;
        std::optional<instant> ends_at;
    };
    const std::string phases =
        R"("phases":[{"start_date":200,"end_date":300},{"start_date":100,"end_date":200}]})";
    const row rows[] = {
        {R"({"id":"s","end_behavior":"cancel","current_phase":{"start_date":100,"end_date":200},)" +
             phases,                                                   at(300)},
        {R"({"id":"s","end_behavior":"cancel","current_phase":null,)" + phases, at(300)},
        {R"({"id":"s","end_behavior":"release",)" + phases,                     {}     },
        {R"({"id":"s","end_behavior":null,)" + phases,                          {}     },
        {R"({"id":"s",)" + phases,                                              {}     },
        {R"({"id":"s","end_behavior":"cancel","phases":[{"start_date":100}]})", {}     },
    };
    for (const row& each : rows) {
        CAPTURE(each.object);
        CHECK(schedule_in("subscription_schedule.updated", each.object).ends_at == each.ends_at);
    }
}

TEST_CASE("schedule: what is over by its status or by its event's type and whose it was") {
    for (const std::string status : {"completed", "canceled", "released"}) {
        CAPTURE(status);
        CHECK(schedule_in(
                  "subscription_schedule.updated", R"({"id":"s","status":")" + status + R"("})"
        )
                  .over);
        CHECK(schedule_in("subscription_schedule." + status, R"({"id":"s"})").over);
    }
    CHECK(schedule_in("subscription_schedule.aborted", R"({"id":"s"})").over);
    CHECK(!schedule_in("subscription_schedule.expiring", R"({"id":"s","status":"active"})").over);
    const auto released = schedule_in(
        "subscription_schedule.released",
        R"({"id":"s","status":"released","subscription":null,"released_subscription":"sub_1"})"
    );
    CHECK(released.subscription == subscription_id("sub_1"));
}

TEST_CASE("schedule: a change that waits on a subscription has its items") {
    const auto fact = fact_in<subscription_fact>(event_body(
        "customer.subscription.updated",
        R"({"id":"sub_1","status":"active","pending_update":{"expires_at":50,)"
        R"("subscription_items":[{"quantity":3,"price":{"id":"p_2","lookup_key":"pro_monthly"}}]}})"
    ));
    CHECK(fact.state.pending_update_until == at(50));
    REQUIRE(fact.state.pending_items);
    REQUIRE(fact.state.pending_items->size() == 1);
    CHECK(fact.state.pending_items->front().lookup_key == "pro_monthly");
    CHECK(fact.state.pending_items->front().quantity == 3);
    const auto of_a_coupon = fact_in<subscription_fact>(event_body(
        "customer.subscription.updated", R"({"id":"sub_1","pending_update":{"expires_at":50}})"
    ));
    CHECK(of_a_coupon.state.pending_update_until == at(50));
    CHECK(!of_a_coupon.state.pending_items);
    CHECK(
        !fact_in<subscription_fact>(
             event_body("customer.subscription.updated", R"({"id":"sub_1","pending_update":null})")
        )
             .state.pending_items
    );
}

}  // namespace billhook::stripe
