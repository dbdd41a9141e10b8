#include "tests/permutations/stories.hpp"

#include "tests/worker/domain/worked_lives.hpp"

#include <string_view>

namespace billhook::permutations {

namespace {

// With 9 events a story has 1.8 thousand million ways, and half an hour's batches.
constexpr std::size_t most_events = 8;

struct hard_life {
    const char* name;
    const char* now;
    const char* events;
};

constexpr hard_life hard_lives[] = {
    {"conflicting bodies under one event id",                                 "d40 00:00", R"(
        o1 d0 00:00 cus_1 created org=org_1
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        a  d5 00:00 sub_1 updated plan:basic->enterprise version=2018-02-28
        b  d5 00:01 sub_1 updated status:active->past_due id=evt_a version=2025-03-31.basil
        c  d5 00:00 sub_1 updated quantity:1->2 id=evt_a version=2025-03-31.basil
        d  d5 00:00 in_2 payment_failed open attempts=1 id=evt_a version=2020-08-27
        e  d6 00:00 in_2 paid paid id=evt_e
     )"},
    {"conflicting bodies that name different customers",                      "d20 00:00", R"(
        a  d0 00:00 cus_1 created org=org_1 id=evt_x
        b  d0 00:00 cus_2 created org=org_2 id=evt_x version=2025-03-31.basil
        c  d1 00:00 sub_1 created active plan=basic period=1-31 customer=cus_1
        d  d1 00:00 sub_1 created active plan=enterprise customer=cus_2 id=evt_c version=2025-03-31.basil
        e  d2 00:00 cus_1 updated org:org_1->org_3
        f  d0 00:00 cus_3 created id=evt_x version=2018-02-28
     )"},
    {"a chain and a circle of three in one second",                           "d30 12:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d12 10:00 sub_1 updated status:active->past_due
        b  d12 10:00 sub_1 updated status:past_due->unpaid
        c  d12 10:00 sub_1 updated status:unpaid->active
        d  d12 10:00 sub_1 updated quantity:1->2
        e  d12 10:00 in_1 payment_failed open attempts=1
        f  d13 10:00 sub_1 updated status:active->past_due
     )"},
    {"two circles of one second that share a state",                          "d20 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d12 10:00 sub_1 updated plan:basic->enterprise id=evt_5
        b  d12 10:00 sub_1 updated plan:enterprise->basic id=evt_3
        c  d12 10:00 sub_1 updated quantity:1->2 id=evt_4
        d  d12 10:00 sub_1 updated quantity:2->1 id=evt_1
        e  d12 10:00 sub_1 pending_update_applied active id=evt_2
        f  d13 00:00 cus_1 created
     )"},
    {"circles of one second that two versions of the API tell",               "d64 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1 version=2019-10-17
        c  d12 10:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30 version=2025-09-30.clover
        b  d12 10:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d30->null version=2025-09-30.clover
        f  d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2 version=2025-02-24.acacia
        e  d30 00:00 sub_1 updated quantity:1->2 version=2025-09-30.clover
        d  d30 00:00 sub_1 updated quantity:2->1 version=2019-10-17
     )"},
    {"a schedule that moves on, is told late and is released",                "d40 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=enterprise*2
        b  d5 00:00 sched_1 updated sub=sub_1 phase=d0 next=d60 plan=enterprise*3 id=evt_0
        c  d30 00:00 sched_1 updated sub=sub_1 phase=d30 next=d90 plan=basic*5 id=evt_z
        d  d30 00:00 sched_1 updated sub=sub_1 phase=d0 next=d30 plan=enterprise*4 id=evt_zz
        e  d35 00:00 sched_1 released
        f  d36 00:00 sched_2 created sub=sub_1 phase=d30 next=d70 plan=basic*7
        g  d6 00:00 cus_1 created org=org_2
     )"},
    {"schedules that end a subscription, and one that goes on",               "d40 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d30
        b  d6 00:00 sched_1 updated sub=sub_1 phase=d0 next=d30 plan=enterprise ends=d35
        c  d7 00:00 sched_1 released
        d  d7 00:00 sched_2 created sub=sub_1 phase=d0 ends=d20
        e  d20 00:00 sub_1 updated period:0-30->20-50 latest:in_1->in_2
        f  d21 00:00 sub_2 created active plan=enterprise period=21-51 latest=in_3 org=org_1
        g  d22 00:00 sched_3 created sub=sub_2 phase=d21 ends=d36
     )"},
    {"a change that waits for its payment beside one that is scheduled",      "d40 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d5 00:00 sub_1 updated pending_until:null->d6 pending=enterprise
        b  d5 00:00 sched_1 created sub=sub_1 phase=d0 next=d60 plan=basic*2
        c  d6 00:00 sub_1 pending_update_expired pending_until:d6->null
        d  d7 00:00 sub_1 updated quantity:1->2
        e  d8 00:00 sub_2 created active plan=basic period=0-30 latest=in_2 org=org_1
     )"},
    {"mappings that contend and come last",                                   "d10 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        a  d1 00:00 map - org=org_1 customer=cus_1 created_at=d0
        b  d2 00:00 map - org=org_2 customer=cus_1
        c  d2 00:00 map - org=org_3 customer=cus_1
        d  d3 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 org=org_4
        e  d4 00:00 cus_1 updated org:null->org_5
     )"},
    {"a mapping for a customer that Stripe never named",                      "d30 00:00", R"(
        a  d1 00:00 map - org=org_1 customer=cus_9 created_at=d0
        b  d2 00:00 map - org=org_1 customer=cus_1
        c  d3 00:00 sub_1 created active plan=basic period=3-33 latest=in_1
        d  d3 00:00 sub_1 deleted canceled
        e  d4 00:00 map - org=org_1
     )"},
    {"checkout sessions of two customers",                                    "d40 00:00", R"(
        a  d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 client_reference_id=org_1
        b  d0 00:00 cs_2 completed mode=payment customer=cus_1 client_reference_id=org_9
        c  d1 00:00 cs_1 async_payment_succeeded mode=subscription customer=cus_1 sub=sub_1 org=org_2
        d  d2 00:00 cs_3 completed mode=subscription customer=cus_1 client_reference_id=org_3
        e  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        f  d3 00:00 sub_2 created active plan=enterprise period=3-33 customer=cus_2
        g  d3 00:00 cs_4 completed mode=subscription customer=cus_2 sub=sub_2 client_reference_id=org_2
     )"},
    {"two subscriptions that fail and recover apart",                         "d50 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        b  d0 00:00 sub_2 created active plan=enterprise period=0-30 latest=in_5 org=org_1
        c  d30 00:00 in_1 payment_failed open attempts=1
        d  d31 00:00 in_5 payment_failed open attempts=1 sub=sub_2
        e  d33 00:00 in_1 paid paid
        f  d31 00:00 sub_2 updated status:active->past_due
        g  d40 00:00 sub_2 updated status:past_due->canceled
     )"},
    {"late failures of an invoice that is paid",                              "d45 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        b  d30 00:00 in_2 payment_failed open attempts=1
        c  d31 00:00 in_2 payment_action_required open attempts=2
        d  d32 00:00 in_2 paid paid attempts=2
        e  d33 00:00 in_2 payment_failed open attempts=3
        f  d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
        g  d34 00:00 in_3 payment_failed open attempts=1 reason=manual
     )"},
    {"an older failure comes when the newer one was told",                    "d33 00:00", R"(
        a  d30 00:00 sub_1 created active plan=basic period=30-60 latest=in_2 org=org_1
        b  d31 12:00 in_3 payment_failed open attempts=1
        c  d31 00:00 in_2 payment_failed open attempts=1
        d  d31 12:00 sub_1 updated status:active->past_due latest:in_2->in_3
        e  d31 12:00 cus_1 created
     )"},
    {"a subscription that moves to another organization",                     "d40 00:00", R"(
        a  d0 00:00 cus_1 created
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        c  d5 00:00 sub_1 updated org:org_1->org_2
        d  d9 00:00 sub_1 updated org:org_2->org_3 plan:basic->enterprise
     )"},
    {"a cancellation that is undone and then comes",                          "d70 00:00", R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        a  d5 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30
        b  d5 00:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d30->null
        c  d9 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30
        d  d30 00:00 sub_1 deleted canceled
        e  d30 00:00 sub_1 updated plan:basic->enterprise
     )"},
    {"written off and voided and paid after all",                             "d60 00:00", R"(
        o2 d0 00:00 sub_1 created past_due plan=basic period=0-30 latest=in_1 org=org_1
        a  d1 00:00 in_1 payment_failed open attempts=1
        b  d2 00:00 in_1 marked_uncollectible uncollectible
        c  d3 00:00 in_1 paid paid
        d  d3 00:00 in_1 voided void
        e  d4 00:00 sub_1 updated status:past_due->active
        f  d4 00:00 sub_1 updated status:active->past_due
     )"},
    {"a first payment that fails and a second try",                           "d40 00:00", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d1 00:00 sub_1 created incomplete plan=basic period=1-31 latest=in_1
        c  d1 00:00 in_1 payment_failed open attempts=1 reason=subscription_create
        d  d1 23:00 sub_1 updated status:incomplete->incomplete_expired
        e  d2 00:00 sub_2 created active plan=enterprise period=2-32 latest=in_2
        f  d2 00:00 in_2 paid paid reason=subscription_create sub=sub_2
        g  d1 23:00 in_1 voided void
     )"},
    {"declines that come with a failure or before it or for another invoice", "d45 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_2 org=org_1
        b  d30 01:00 in_2 payment_failed open attempts=1
        c  d30 01:00 ch_1 failed code=lost_card invoice=in_2
        d  d30 01:00 ch_2 failed code=insufficient_funds
        e  d33 01:00 in_2 payment_failed open attempts=2
        f  d33 00:59 ch_3 failed code=stolen_card
        g  d30 01:00 sub_1 updated status:active->past_due
     )"},
    {"two bodies of one decline and an invoice that is paid",                 "d45 00:00", R"(
        a  d0 00:00 sub_1 created past_due plan=basic period=0-30 latest=in_2 org=org_1
        b  d30 01:00 in_2 payment_failed open attempts=1
        c  d30 01:00 ch_1 failed code=lost_card version=2018-02-28
        d  d30 01:02 ch_1 failed code=insufficient_funds id=evt_c version=2025-03-31.basil
        e  d31 01:00 in_2 paid paid
        f  d32 01:00 ch_1 failed code=expired_card invoice=in_3
     )"},
    {"a customer that is deleted and an unknown status",                      "d20 00:00", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d1 00:00 cus_1 updated org:org_1->org_2
        c  d1 00:00 cus_1 updated org:org_2->org_1
        d  d2 00:00 cus_1 deleted
        e  d0 00:00 sub_1 created frozen plan=basic period=0-30
     )"},
    {"two pauses of which some facts tell the reason",                        "d60 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        b  d30 00:00 in_1 payment_failed open attempts=1
        c  d30 00:00 sub_1 paused status:active->paused
        d  d31 00:00 sub_1 updated paused_for=final_payment_failure
        e  d32 00:00 sub_1 updated quantity:1->2 paused_for=null
        f  d33 00:00 sub_1 resumed status:paused->active
        g  d34 00:00 sub_1 paused status:active->paused paused_for=pause_requested
     )"},
    {"reasons of a pause that disagree within a second",                      "d40 00:00", R"(
        a  d10 00:00 sub_1 created trialing plan=basic period=0-14 latest=in_1 trial_end=d14 org=org_1
        b  d14 00:00 sub_1 updated status:trialing->paused paused_for=trial_end_without_payment_method
        c  d14 00:00 sub_1 paused paused_for=final_payment_failure
        d  d14 00:00 sub_1 updated quantity:1->2 paused_for=pause_requested id=evt_0
        e  d14 00:00 in_1 payment_failed open attempts=1
        f  d20 00:00 in_1 paid paid
     )"},
    {"a change kept aside between renewals and an invoice made by hand",      "d50 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_2 org=org_1
        b  d30 00:00 in_2 payment_failed open attempts=1
        c  d31 00:00 sub_1 updated pending_until:null->d32 latest:in_2->in_3
        d  d31 00:00 in_3 payment_failed open attempts=1 reason=subscription_update
        e  d31 12:00 in_3 paid paid reason=subscription_update
        f  d33 00:00 in_4 paid paid reason=manual
        g  d34 00:00 sub_1 updated status:active->past_due latest:in_3->in_4
     )"},
    {"a customer that is deleted while its subscriptions are told on",        "d50 00:00", R"(
        a  d0 00:00 sub_1 created past_due plan=basic period=0-30 latest=in_1 org=org_1
        b  d0 00:00 sub_2 created active plan=enterprise period=0-30 latest=in_5 org=org_1
        c  d20 00:00 cus_1 deleted
        d  d19 00:00 cus_1 deleted
        e  d21 00:00 sub_1 deleted canceled
        f  d22 00:00 sub_2 updated status:active->past_due
     )"},
    {"readings after a payment",                                              "d60 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        b  d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
        c  d33 00:00 in_2 paid paid
        d  d34 00:00 sub_1 updated past_due
        e  d35 00:00 sub_1 updated past_due latest=in_3
        f  d36 00:00 in_3 payment_failed open attempts=1
        g  d37 00:00 in_3 paid paid
     )"},
    {"a session that expired and was completed in another body",              "d40 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        b  d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 org=org_1
        c  d1 00:00 cs_1 expired mode=subscription customer=cus_1 sub=sub_1 org=org_2
        d  d2 00:00 cs_2 expired mode=subscription customer=cus_1 org=org_3
        e  d2 00:00 sub_2 created active plan=enterprise period=2-32 latest=in_2
        f  d3 00:00 cs_3 completed mode=subscription customer=cus_1 client_reference_id=org_4
     )"},
    {"overrides that contend with all other claims",                          "d20 00:00", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_2
        c  d1 00:00 map - org=org_3 customer=cus_1 sub=sub_1
        d  d2 00:00 map - org=org_4 customer=cus_1 sub=sub_1
        e  d3 00:00 map - org=org_5 customer=cus_2 sub=sub_1
        f  d3 00:00 map - org=org_5 customer=cus_1
        g  d4 00:00 sub_1 updated customer=cus_2
     )"},
    {"payers from before and what makes them known",                          "d60 00:00", R"(
        a  d0 00:00 map - org=org_1 customer=cus_1 created_at=d0
        b  d1 00:00 cus_1 updated
        c  d2 00:00 in_1 paid paid
        d  d3 00:00 map - org=org_1 customer=cus_2
        e  d4 00:00 cus_2 updated id=rec_2
        f  d5 00:00 cus_1 updated id=evt_b version=2025-03-31.basil
        g  d6 00:00 cus_1 deleted
     )"},
    {"keys that prices had",                                                  "d50 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic key=old_monthly period=0-30 latest=in_1 org=org_1
        b  d3 00:00 sub_1 updated key=basic_monthly
        c  d3 00:00 sub_1 updated key=enterprise_monthly
        d  d5 00:00 sub_1 updated key=null
        e  d5 00:00 sub_1 updated key=null quantity:1->2
        f  d4 00:00 sub_1 updated key=basic_monthly id=evt_c version=2025-03-31.basil
     )"},
    {"an add-on, a price of no list and a plan",                              "d40 00:00", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d1 00:00 sub_1 created active plan=sms period=1-31 latest=in_1
        c  d2 00:00 sub_2 created active plan=other period=2-32 latest=in_2
        d  d3 00:00 sub_2 updated also=sms*2
        e  d20 00:00 sub_2 updated plan:other->basic
        f  d21 00:00 sub_2 updated also=enterprise*0
        g  d22 00:00 sub_1 deleted canceled
     )"},
    {"the old one makes room, and the new one fails",                         "d45 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        b  d10 00:00 sub_2 created active plan=enterprise period=10-40 latest=in_2 org=org_1
        c  d10 00:01 sub_1 deleted canceled
        d  d12 00:00 in_3 payment_failed open attempts=1 sub=sub_2
        e  d12 00:00 sub_2 updated status:active->past_due latest:in_2->in_3
        f  d40 00:00 sub_2 deleted canceled
     )"},
    {"two that fail, and which of them speaks",                               "d60 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-60 latest=in_1 org=org_1
        b  d0 00:00 sub_2 created active plan=basic period=0-60 latest=in_2 org=org_1
        c  d30 00:00 in_1 payment_failed open attempts=1
        d  d33 00:00 in_2 payment_failed open attempts=1 sub=sub_2
        e  d41 00:00 in_1 paid paid
        f  d44 00:00 sub_1 deleted canceled
     )"},
    {"grants that overlap, a revoke of each kind, and a debt",                "d75 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1
        b  d30 00:00 in_2 payment_failed open attempts=1
        c  d31 00:00 grant - org=org_1 exempt=true until=d50
        d  d33 00:00 grant - org=org_1 plan=enterprise until=d70
        e  d34 00:00 revoke - org=org_1 of=c
        f  d36 00:00 revoke - org=org_2 of=d
        g  d60 00:00 in_2 paid paid
     )"},
    {"a trial is made longer, and given to another in another body",          "d22 00:00", R"(
        a  d0 00:00 map - org=org_1 customer=cus_1 created_at=d0
        b  d1 00:00 cus_1 created
        c  d3 00:00 grant - org=org_1 extend=14
        d  d3 00:00 grant - org=org_2 extend=14
        e  d5 00:00 revoke - org=org_1 of=c
        f  d6 00:00 grant - org=org_1 extend=9
        g  d7 00:00 grant - org=org_1 patients_max=200 until=d30
     )"},
    {"another subscription begins before a grant ends",                       "d10 00:00", R"(
        a  d0 00:00 sub_1 created active plan=basic period=0-60 latest=in_1 org=org_1
        b  d1 00:00 grant - org=org_1 plan=enterprise until=d14
        c  d7 00:00 sub_1 deleted canceled
        d  d7 00:00 sub_2 created active plan=basic period=7-60 latest=in_2 org=org_1
     )"},
    {"a grant outlives the subscription and its customer",                    "d52 00:15", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c  d10 00:00 grant - org=org_1 access=full until=d52
        d  d20 00:00 sub_1 updated status:active->past_due
        e  d40 00:00 sub_1 deleted canceled
        f  d41 00:00 cus_1 deleted
        g  d45 00:00 revoke - org=org_1 of=x
     )"},
};

// The instant of a life's last answer, "d63 00:00 => ...".
instant last_instant(const worked_life& life) {
    const std::string_view answer = life.answers.back();
    return builders::day(answer.substr(0, answer.find(' ', answer.find(' ') + 1)));
}

std::vector<story> all_stories() {
    std::vector<story> all;
    for (const auto& life : worked_lives()) {
        auto events = builders::life(life.events);
        if (events.size() <= most_events) {
            all.push_back({life.name, std::move(events), last_instant(life)});
        }
    }
    for (const auto& [name, now, events] : hard_lives) {
        all.push_back({name, builders::life(events), builders::day(now)});
    }
    return all;
}

}  // namespace

const std::vector<story>& stories() {
    static const auto all = all_stories();
    return all;
}

}  // namespace billhook::permutations
