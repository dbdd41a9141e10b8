#include "tests/worker/domain/worked_lives.hpp"

#include <algorithm>
#include <iterator>

namespace billhook {

namespace {

const std::string opening = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
    o3 d0 00:00 in_1 paid paid reason=subscription_create
)";
const std::string failing_renewal = R"(
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
)";
const std::string enterprise_opening = R"(
    o1 d0 00:00 cus_1 created org=org_1
    o2 d0 00:00 sub_1 created active plan=enterprise period=0-30 latest=in_1 org=org_1
    o3 d0 00:00 in_1 paid paid reason=subscription_create
)";

const std::vector<worked_life> lives = {
    {"1 a renewal that goes well",
     opening + R"(
        e1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
        e2 d30 00:00 in_2 created draft
        e3 d30 01:00 in_2 finalized open
        e4 d30 01:00 in_2 paid paid
     )",
     {"d10 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d30 02:00 => basic, active, full, paid; no case; next d63 00:00",
      "d63 00:00 => basic, active, full, paid, stale; no case; next -"}                                            },
    {"2 a trial converts",
     R"(
        e1 d0 00:00 cus_1 created org=org_1
        e2 d0 00:00 sub_1 created trialing plan=basic period=0-14 latest=in_1 trial_end=d14 org=org_1
        e3 d0 00:00 in_1 paid paid reason=subscription_create
        e4 d11 00:00 sub_1 trial_will_end trialing
        e5 d14 00:00 sub_1 updated status:trialing->active period:0-14->14-44 latest:in_1->in_2
        e6 d14 01:00 in_2 paid paid created=d14
     )",                                        {"d1 00:00 => basic, trialing, full, trialing; no case; next d11 00:00",
      "d11 00:00 => basic, trialing, full, trialing; no case; next d14 00:00",
      "d14 00:30 without e5 e6 => basic, trialing, full, trialing; no case; next d17 00:00",
      "d14 02:00 => basic, active, full, paid; no case; next d47 00:00"}                                  },
    {"3 a trial without a card pauses or is canceled",
     R"(
        e1 d0 00:00 cus_1 created org=org_1
        e2 d0 00:00 sub_1 created trialing plan=basic period=0-14 latest=in_1 trial_end=d14 org=org_1
        e3 d14 00:00 sub_1 updated status:trialing->paused
        e4 d14 00:00 sub_1 paused paused
        e5 d20 00:00 sub_1 updated status:paused->active period:0-14->20-50 latest:in_1->in_2
        e6 d20 00:00 sub_1 resumed active
        e7 d20 00:00 in_2 paid paid
        e8 d14 00:00 sub_1 deleted canceled
     )",                                        {"d13 00:00 => basic, trialing, full, trialing; no case; next d14 00:00",
      "d14 00:00 only e1 e2 e3 e4 => basic, paused, none, paused; no case; next -",
      "d20 00:01 without e8 => basic, active, full, paid; no case; next d53 00:00",
      "d14 00:01 only e1 e2 e8 => basic, canceled, none, canceled; no case; next d14 00:15"}              },
    {"4 a renewal fails and nobody pays",
     opening + failing_renewal,
     {"d30 01:00 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d30 01:15",
      "d34 00:00 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d35 01:15",
      "d37 01:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d37 01:15",
      "d51 01:00 => basic, past_due, none, unpaid; d37 01:00 / d51 01:00; next d51 01:15",
      "d51 01:15 => basic, past_due, none, unpaid; d37 01:00 / d51 01:00; next d63 00:00"}                         },
    {"5 recovers by payment",
     opening + failing_renewal + R"(
        e1 d33 01:00 in_2 payment_failed open attempts=2
        e2 d38 09:00 in_2 paid paid attempts=2
        e3 d38 09:00 sub_1 updated status:past_due->active
     )",
     {"d38 08:59 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d38 09:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
    {"6 recovers by active while the old invoice stays open",
     opening + failing_renewal + R"(
        e1 d60 00:00 sub_1 updated period:30-60->60-90 latest:in_2->in_3
        e2 d60 01:00 in_3 paid paid created=d60
        e3 d60 01:00 sub_1 updated status:past_due->active
        e4 d62 01:00 in_2 payment_failed open attempts=5
     )",
     {"d60 00:30 => basic, past_due, none, unpaid; d37 01:00 / d51 01:00; next d93 00:00",
      "d60 02:00 without e2 => basic, active, full, paid; no case; next d93 00:00",
      "d60 02:00 without e3 => basic, past_due, full, settled; no case; next d93 00:00",
      "d63 00:00 => basic, active, full, paid; no case; next d93 00:00"}                                           },
    {"7 paid while the active event is late",
     opening + failing_renewal + R"(
        e1 d38 10:00 in_2 paid paid attempts=3
        e2 d38 10:00 sub_1 updated status:past_due->active
     )",
     {"d38 09:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d38 11:00 without e2 => basic, past_due, full, settled; no case; next d63 00:00",
      "d38 11:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
    {"8 written off while past_due",
     opening + failing_renewal + R"(
        e1 d44 00:00 in_2 marked_uncollectible uncollectible attempts=4
        e2 d44 00:00 sub_1 updated status:past_due->unpaid
     )",
     {"d44 12:00 without e2 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; "
      "next "
      "d51 01:00",
      "d44 12:00 => basic, unpaid, restricted, restricted; d37 01:00 / d51 01:00; next d51 01:00",
      "d52 00:00 => basic, unpaid, none, unpaid; d37 01:00 / d51 01:00; next d63 00:00"}                           },
    {"9 voided",
     opening + failing_renewal + R"(
        e1 d32 09:00 in_2 voided void attempts=1
        e2 d32 09:00 sub_1 updated status:past_due->active
     )",
     {"d38 00:00 without e2 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; "
      "next "
      "d44 01:15",
      "d38 00:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
    {"10 canceled during a case",
     opening + failing_renewal + R"(
        e1 d40 01:00 sub_1 deleted canceled
        e2 d41 00:00 in_2 payment_failed open attempts=4
     )",
     {"d40 00:59 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d60 00:00 => basic, canceled, none, canceled; no case; next -"}                                             },
    {"11 the failure that came late moves the anchor",
     opening + failing_renewal + R"(
        e1 d33 12:00 sub_1 updated quantity:1->3 latest:in_2->in_3
        e2 d33 12:00 in_3 payment_failed open attempts=1 reason=subscription_update
     )",
     {"d33 12:15 without f2 f3 => basic, past_due, full, grace; d40 12:00 / d54 12:00; next d36 "
      "12:15",
      "d34 00:10 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d35 01:15",
      "d35 01:15 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d37 01:00"}                          },
    {"12 two failing invoices and the first is paid",
     opening + failing_renewal + R"(
        e1 d33 12:00 sub_1 updated quantity:1->3 latest:in_2->in_3
        e2 d33 12:00 in_3 payment_failed open attempts=1 reason=subscription_update
        e3 d35 00:00 in_2 paid paid attempts=2
        e4 d40 00:00 in_3 paid paid attempts=2
        e5 d35 00:00 in_3 paid paid attempts=2
     )",
     {"d37 01:00 only o1 o2 o3 f1 f2 f3 e1 e2 e3 => basic, past_due, restricted, restricted; d37 "
      "01:00 / d51 01:00; next d37 01:15",
      "d40 01:00 without e5 => basic, past_due, full, settled; no case; next d63 00:00",
      "d36 00:00 without e3 e4 => basic, past_due, full, settled; no case; next d63 00:00"}                        },
    {"13 SCA",
     opening + R"(
        f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
        e1 d30 01:00 in_2 payment_failed open attempts=1 created=d30
        e2 d30 01:00 in_2 payment_action_required open attempts=1
        e3 d30 01:00 sub_1 updated status:active->past_due
        e4 d30 20:00 in_2 paid paid attempts=1
        e5 d30 20:00 sub_1 updated status:past_due->active
     )",
     {"d30 01:14 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d30 01:15",
      "d30 01:15 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d33 01:15",
      "d30 20:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
    {"14 incomplete over the edge of the local trial",
     R"(
        e1 d0 00:00 cus_1 created org=org_1
        e2 d13 20:00 sub_1 created incomplete plan=enterprise period=d13T20:00-d43T20:00 latest=in_1 org=org_1
        e3 d13 20:00 in_1 payment_failed open attempts=1 reason=subscription_create
        e4 d14 02:00 in_1 paid paid attempts=2
        e5 d14 02:00 sub_1 updated status:incomplete->active
     )",                                        {"d13 22:00 => basic, trial, full, trial; no case; next d14 00:00",
      "d14 00:00 => enterprise, incomplete, none, incomplete; no case; next -",
      "d14 02:00 => enterprise, active, full, paid; no case; next d46 20:00"}                             },
    {"15 never paid within the trial",
     R"(
        e1 d0 00:00 cus_1 created org=org_1
        e2 d5 00:00 sub_1 created incomplete plan=enterprise period=5-35 latest=in_1 org=org_1
        e3 d5 00:00 in_1 payment_failed open attempts=1 reason=subscription_create
        e4 d5 23:00 sub_1 updated status:incomplete->incomplete_expired
        e5 d5 23:00 in_1 voided void attempts=1
     )",                                        {"d6 00:00 => basic, trial, full, trial; no case; next d14 00:00",
      "d14 00:00 => enterprise, incomplete_expired, none, incomplete; no case; next -"}                   },
    {"16a two subscriptions and grace ties with paid",
     enterprise_opening + failing_renewal + R"(
        e1 d0 00:00 sub_2 created active plan=basic period=0-360 latest=in_9 org=org_1
     )",
     {"d31 00:00 => enterprise, past_due, full, grace; d60 01:00 / d74 01:00; next d33 01:15",
      "d60 01:00 => basic, active, full, paid; no case; next d60 01:15",
      "d60 02:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
    {"16b two subscriptions and access decides",
     opening + failing_renewal + R"(
        e2 d5 00:00 sub_2 created active plan=enterprise period=5-35 latest=in_9 org=org_1
        e3 d10 00:00 sub_2 deleted canceled
     )",
     {"d40 00:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d55 00:00 => basic, past_due, none, unpaid; d37 01:00 / d51 01:00; next d63 00:00"}                         },
    {"16c a price that matches no plan",
     opening + failing_renewal + R"(
        e4 d5 00:00 sub_2 created active plan=addon period=5-365 latest=in_9 org=org_1
     )",
     {"d29 00:00 => basic, active, full, paid, unlisted; no case; next d33 00:00",
      "d40 00:00 => basic, past_due, restricted, restricted, unlisted; d37 01:00 / d51 01:00; next "
      "d44 "
      "01:15"}                                                                                                     },
    {"17 the mapping arrives last",
     R"(
        o1 d0 00:00 cus_1 created
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        o3 d0 00:00 in_1 paid paid reason=subscription_create
     )" + failing_renewal +
         R"(
        e4 d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 client_reference_id=org_1
        e5 d0 00:00 cs_2 completed mode=payment customer=cus_1 sub=sub_1 client_reference_id=org_1
     )",                                    {"d36 00:00 without e4 e5 => no standing",
      "d36 00:05 without e4 => no standing",
      "d36 00:05 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d37 01:00"}             },
    {"18 the local trial starts with a mapping record",
     R"(
        e1 d20 00:00 map - org=org_1 created_at=d10
        e2 d21 00:00 cus_1 created org=org_1 created=d8
        e3 d20 00:00 map - org=org_1
        e4 d9 00:00 map - org=org_1 deleted=true
     )",                                        {"d19 00:00 => no standing",
      "d20 00:01 only e4 => no standing",
      "d20 00:01 only e1 e4 => basic, trial, full, trial; no case; next d24 00:00",
      "d20 00:01 only e1 => basic, trial, full, trial; no case; next d24 00:00",
      "d21 00:01 only e1 e2 => basic, trial, full, trial; no case; next d22 00:00",
      "d22 00:00 only e1 e2 => basic, none, none, trial_over; no case; next -",
      "d20 00:01 only e3 => basic, trial, full, trial; no case; next d34 00:00"}                          },
    {"19 cancel_at passed without its event",
     opening + R"(
        e1 d10 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30
        e2 d30 00:00 sub_1 deleted canceled
     )",
     {"d29 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d30 12:00 without e2 => basic, active, full, paid; no case; next d33 00:00",
      "d33 00:00 without e2 => basic, active, none, ended, stale; no case; next -",
      "d33 06:00 => basic, canceled, none, canceled; no case; next -"}                                             },
    {"20 a chain within one second",
     opening + R"(
        A d12 10:00 sub_1 updated plan:basic->enterprise latest:in_1->in_2
        B d12 10:00 sub_1 updated status:active->past_due
        C d12 10:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30
        e1 d12 10:00 in_2 payment_failed open attempts=1 reason=subscription_update
     )",
     {"d12 10:00 => enterprise, past_due, full, grace; d42 10:00 / d56 10:00; next d12 10:15",
      "d12 10:15 => enterprise, past_due, full, grace; d42 10:00 / d56 10:00; next d15 10:15"}                     },
    {"21 a circle within one second",
     opening + R"(
        m1 d12 10:00 sub_1 updated plan:basic->enterprise id=evt_9
        m2 d12 10:00 sub_1 updated plan:enterprise->basic id=evt_4
     )",
     {"d12 10:00 => basic, active, full, paid; no case; next d33 00:00",
      "d12 10:00 without o2 => enterprise, active, full, paid; no case; next d33 00:00"}                           },
    {"21 a circle with a twin or a third change",
     opening + R"(
        m1 d12 10:00 sub_1 updated plan:basic->enterprise id=evt_6
        m2 d12 10:00 sub_1 updated plan:enterprise->basic id=evt_9
        m3 d12 10:00 sub_1 updated plan:basic->enterprise id=evt_4
     )",
     {"d12 10:00 => basic, active, full, paid; no case; next d33 00:00"}                                           },
    {"21b a circle of which another version of the API told the beginning",
     R"(
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1 version=2022-11-15
        b d1 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d30 version=2025-09-30.clover
        a d1 00:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d30->null version=2025-09-30.clover
        d d40 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2 version=2025-09-30.clover
        f d41 00:00 sub_1 updated cancel_at_period_end:false->true cancel_at:null->d60 version=2018-02-28
        e d41 00:00 sub_1 updated cancel_at_period_end:true->false cancel_at:d60->null version=2018-02-28
     )",                                        {"d34 00:00 => basic, active, full, paid, stale; no case; next -",
      "d64 00:00 => basic, active, full, paid, stale; no case; next -"}                                   },
    {"22 equal content",
     R"(
        o1 d0 00:00 cus_1 created org=org_1
        o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
        e3 d0 00:00 in_1 created paid reason=subscription_create
        e4 d0 00:00 in_1 finalized paid
        e5 d0 00:00 in_1 paid paid
        e6 d0 00:00 in_1 payment_succeeded paid
     )",                                        {"d0 00:00 => basic, active, full, paid; no case; next d33 00:00"}},
    {"23 one event id and two bodies",
     opening + R"(
        x d5 00:00 sub_1 updated plan=enterprise version=2018-02-28
        y d5 00:00 sub_1 updated plan=enterprise id=evt_x version=2025-09-30.clover
     )",
     {"d6 00:00 without y => basic, trial, full, trial, unlisted; no case; next d14 00:00",
      "d6 00:00 => enterprise, active, full, paid; no case; next d33 00:00"}                                       },
    {"24 the union",
     opening + failing_renewal + R"(
        e1 d33 12:00 sub_1 updated quantity:1->3 latest:in_2->in_3
        e2 d33 12:00 in_3 payment_failed open attempts=1 reason=subscription_update
        e3 d36 00:00 in_2 marked_uncollectible uncollectible attempts=3
        e4 d45 00:00 sub_1 updated status:past_due->active
        e5 d60 00:00 sub_1 updated period:30-60->60-90 latest:in_3->in_4
        e6 d60 01:00 in_4 payment_failed open attempts=1 created=d60
        e7 d60 01:00 sub_1 updated status:active->past_due
     )",
     {"d39 00:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d46 00:00 => basic, active, full, paid; no case; next d63 00:00",
      "d61 00:00 => basic, past_due, full, grace; d67 01:00 / d81 01:00; next d63 01:15"}                          },
    {"25 an outage",
     opening + failing_renewal + R"(
        e1 d39 08:00 in_2 paid paid attempts=3
        e2 d39 08:00 sub_1 updated status:past_due->active
     )",
     {"d30 00:30 => basic, active, full, paid; no case; next d63 00:00",
      "d38 00:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d44 01:15",
      "d39 08:00 => basic, active, full, paid; no case; next d63 00:00"}                                           },
};

}  // namespace

const std::vector<worked_life>& worked_lives() {
    static const auto all = [] {
        auto both = lives;
        both.insert(both.end(), lives_of_cases().begin(), lives_of_cases().end());
        std::ranges::copy(owners_lives(), std::back_inserter(both));
        std::ranges::copy(lives_of_grants(), std::back_inserter(both));
        return both;
    }();
    return all;
}

}  // namespace billhook
