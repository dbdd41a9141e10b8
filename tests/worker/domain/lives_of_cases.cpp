#include "tests/worker/domain/worked_lives.hpp"

// Lives of what opens, prolongs and ends a case: pauses, one-off invoices, changes that Stripe
// keeps aside, late readings, deleted customers.
namespace billhook {

namespace {

const std::string opening = R"(
    o2 d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
)";
const std::string failing_renewal = R"(
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 updated status:active->past_due
)";
// Since 2026-09-30.endive Stripe may pause in place of past_due.
const std::string paused_renewal = R"(
    f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
    f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
    f3 d30 01:00 sub_1 paused status:active->paused paused_for=first_payment_failure
)";

const std::vector<worked_life> lives = {
    {"26 paused because a payment failed and paid at last",
     opening + paused_renewal + R"(
        e1 d40 00:00 in_2 paid paid attempts=2
        e2 d44 00:00 sub_1 resumed status:paused->active
     )",
     {"d30 01:00 => basic, paused, full, grace; d37 01:00 / d51 01:00; next d30 01:15",
      "d37 01:00 => basic, paused, restricted, restricted; d37 01:00 / d51 01:00; next d37 01:15",
      "d51 01:15 without e1 e2 => basic, paused, none, unpaid; d37 01:00 / d51 01:00; next -",
      "d40 00:00 => basic, paused, full, settled; no case; next d43 00:00",
      "d43 00:00 => basic, paused, restricted, paused, stale; no case; next -",
      "d44 00:00 => basic, active, full, paid; no case; next d63 00:00"}                  },
    {"27 a debtor pauses and resumes without paying",
     opening + failing_renewal + R"(
        e1 d33 00:00 sub_1 paused status:past_due->paused paused_for=pause_requested
        e2 d53 00:00 sub_1 resumed status:paused->active
        e3 d54 00:00 in_2 payment_failed open attempts=4
     )",
     {"d33 00:00 => basic, paused, restricted, paused; d37 01:00 / d51 01:00; next d33 01:15",
      "d37 01:00 => basic, paused, restricted, restricted; d37 01:00 / d51 01:00; next d37 01:15",
      "d52 00:00 => basic, paused, none, unpaid; d37 01:00 / d51 01:00; next -",
      "d54 00:00 => basic, active, full, paid; no case; next d63 00:00"}                  },
    {"28 a pause of which an older version of the API tells no reason",
     opening + R"(
        f1 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
        f2 d30 01:00 in_2 payment_failed open attempts=1 created=d30
        f3 d30 01:00 sub_1 paused status:active->paused
        e1 d31 00:00 in_2 paid paid attempts=2
     )",
     {"d30 02:00 => basic, paused, full, grace; d37 01:00 / d51 01:00; next d33 01:15",
      "d30 02:00 without f2 => basic, paused, restricted, paused; no case; next -",
      "d31 00:00 => basic, paused, full, settled; no case; next d34 00:00",
      "d31 00:00 without f2 => basic, paused, restricted, paused; no case; next -"}       },
    {"29 an invoice made by hand",
     opening + R"(
        e1 d5 00:00 in_9 payment_failed open attempts=1 reason=manual
        e2 d12 00:00 sub_1 updated status:active->past_due latest:in_1->in_9
        e3 d14 00:00 in_9 paid paid attempts=2
        e4 d15 00:00 sub_1 updated status:past_due->active
     )",
     {"d11 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d12 00:00 => basic, past_due, full, grace; d19 00:00 / d33 00:00; next d12 00:15",
      "d14 00:00 => basic, past_due, full, grace; d19 00:00 / d33 00:00; next d15 00:15",
      "d15 00:00 => basic, active, full, paid; no case; next d33 00:00"}                  },
    {"30 an upgrade that Stripe keeps aside",
     opening + R"(
        e1 d5 00:00 sub_1 updated pending_until:null->d6 latest:in_1->in_9
        e2 d5 00:00 in_9 payment_failed open attempts=1 reason=subscription_update
        e3 d6 00:00 in_9 voided void
        e4 d6 00:00 sub_1 pending_update_expired pending_until:d6->null
     )",
     {"d5 01:00 => basic, active, full, paid; no case; next d33 00:00",
      "d5 01:00 without e1 => basic, active, full, grace; d12 00:00 / d26 00:00; next d8 00:15",
      "d6 00:00 => basic, active, full, paid; no case; next d33 00:00"}                   },
    {"31 a reading does not undo a settlement",
     opening + failing_renewal + R"(
        e1 d33 00:00 in_2 paid paid attempts=2
        e2 d40 00:00 sub_1 updated past_due
        e3 d50 00:00 in_3 payment_failed open attempts=1 created=d50
     )",
     {"d33 00:00 => basic, past_due, full, settled; no case; next d63 00:00",
      "d41 00:00 => basic, past_due, full, settled; no case; next d63 00:00",
      "d41 00:00 without f3 => basic, past_due, full, grace; d47 00:00 / d61 00:00; next d43 00:15",
      "d50 00:00 => basic, past_due, full, grace; d57 00:00 / d71 00:00; next d50 00:15"} },
    {"32 the customer is deleted",
     R"(
        o1 d0 00:00 cus_1 created org=org_1
     )" + opening +
         failing_renewal + R"(
        e1 d35 00:00 cus_1 deleted
     )",
     {"d34 00:00 => basic, past_due, full, grace; d37 01:00 / d51 01:00; next d35 01:15",
      "d35 00:00 => basic, canceled, none, canceled; no case; next d35 00:15"}            },
    {"33 paid in the second in which it failed",
     opening + R"(
        e1 d30 01:00 sub_1 updated status:active->past_due latest:in_1->in_2
        e2 d30 01:00 in_2 paid paid created=d30
        e3 d31 00:00 sub_1 updated status:past_due->active
        e4 d32 00:00 sub_1 updated status:active->past_due
     )",
     {"d30 02:00 => basic, past_due, full, settled; no case; next d33 00:00",
      "d31 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d32 00:00 => basic, past_due, full, grace; d39 00:00 / d53 00:00; next d32 00:15"} },
    {"34 a quote that is accepted is a first payment",
     opening + R"(
        e1 d30 00:00 in_2 payment_failed open attempts=1 reason=quote_accept
        e2 d31 00:00 sub_1 updated status:active->paused
        e3 d32 00:00 sub_1 updated status:paused->active
     )",
     {"d30 01:00 => basic, active, full, paid; no case; next d33 00:00",
      "d31 00:00 => basic, paused, restricted, paused; no case; next -",
      "d32 00:00 => basic, active, full, paid; no case; next d33 00:00"}                  },
    {"35 paid before anybody was told and named again by a later failure",
     opening + R"(
        f1 d30 01:00 in_2 payment_failed open attempts=1
        f2 d30 01:00 sub_1 updated status:active->past_due latest:in_1->in_2
        e1 d30 01:05 in_2 paid paid attempts=2
        e2 d30 01:05 sub_1 updated status:past_due->active
        e3 d32 00:00 sub_1 updated status:active->past_due
        e4 d32 12:00 sub_1 updated quantity:1->2
     )",
     {"d31 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d32 00:00 => basic, past_due, full, grace; d39 00:00 / d53 00:00; next d32 00:15"} },
    {"36 its schedule cancels it, and the end is never told",
     opening + R"(
        e1 d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d30
     )",
     {"d10 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d32 00:00 => basic, active, full, paid; no case; next d33 00:00",
      "d33 00:00 => basic, active, none, ended, stale; no case; next -"}                  },
    {"37 it goes on after the end of a schedule of which no more was heard",
     opening + R"(
        e1 d5 00:00 sched_1 created sub=sub_1 phase=d0 ends=d30
        e2 d30 00:00 sub_1 updated period:0-30->30-60 latest:in_1->in_2
     )",
     {"d34 00:00 => basic, active, full, paid; no case; next d63 00:00",
      "d34 00:00 without e2 => basic, active, none, ended, stale; no case; next -"}       },
    {"38 a recovery that was assumed gives way to the failure that denies it",
     opening + failing_renewal + R"(
        e1 d40 00:00 in_2 payment_failed open attempts=4
        e2 d40 00:00 in_2 marked_uncollectible uncollectible
        e3 d60 01:00 in_3 payment_failed open attempts=1 created=d60
        r1 d40 00:00 sub_1 assumed active latest=in_2 id=rec_r1
        r2 d60 01:00 sub_1 updated past_due period=60-90 latest=in_3 id=rec_r2
     )",
     {"d61 00:00 without e1 => basic, past_due, full, grace; d67 01:00 / d81 01:00; next d63 01:15",
      "d61 00:00 => basic, past_due, none, unpaid; d37 01:00 / d51 01:00; next d93 00:00"}},
    {"39 and then Stripe's own word ends it, in the first second that says so",
     opening + failing_renewal + R"(
        r1 d40 00:00 sub_1 assumed active latest=in_2 id=rec_r1
        e1 d40 00:00 in_2 payment_failed open attempts=4
        e2 d40 00:00 in_2 marked_uncollectible uncollectible
        e3 d45 00:00 sub_1 updated active
        e4 d46 00:00 sub_1 updated active quantity=2
        e5 d45 12:00 in_3 payment_failed open attempts=1 reason=subscription_update
        e6 d47 00:00 sub_1 updated status:active->past_due latest:in_2->in_3
     )",
     {"d45 00:00 => basic, active, full, paid; no case; next d63 00:00",
      "d48 00:00 => basic, past_due, full, grace; d52 12:00 / d66 12:00; next d48 12:15"} },
};

}  // namespace

const std::vector<worked_life>& lives_of_cases() {
    return lives;
}

}  // namespace billhook
