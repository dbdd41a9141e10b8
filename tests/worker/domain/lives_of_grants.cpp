#include "tests/worker/domain/worked_lives.hpp"

namespace billhook {

const std::vector<worked_life>& lives_of_grants() {
    static const std::vector<worked_life> lives = {
        {"70 a plan is given in the trial and beyond",
         R"(
            a d0 00:00 cus_1 created org=org_1
            g d5 00:00 grant - org=org_1 plan=enterprise until=d60
         )", {"d6 00:00 => enterprise, trial, full, granted; no case; next d14 00:00",
          "d14 00:00 => enterprise, none, full, granted; no case; next d60 00:00",
          "d60 00:00 => basic, none, none, trial_over; no case; next -"}                     },
        {"71 it is taken back, also by a record that comes first",
         R"(
            a d0 00:00 cus_1 created org=org_1
            g d5 00:00 grant - org=org_1 plan=enterprise until=d60
            q d9 00:00 revoke - org=org_2 of=g
            r d10 00:00 revoke - org=org_1 of=g
         )", {"d9 12:00 => enterprise, trial, full, granted; no case; next d14 00:00",
          "d11 00:00 without g => basic, trial, full, trial; no case; next d14 00:00",
          "d11 00:00 => basic, trial, full, trial; no case; next d14 00:00"}                 },
        {"72 access is given over a debt, whose notices go on",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1
            b d30 00:00 in_2 payment_failed open attempts=1
            c d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
            g d45 00:00 grant - org=org_1 access=full until=d70
         )", {"d44 00:00 => basic, past_due, restricted, restricted; d37 00:00 / d51 00:00; next d44 "
          "00:15",
          "d46 00:00 => basic, past_due, full, granted; d77 00:00 / d91 00:00; next d51 00:15",
          "d70 00:00 => basic, past_due, full, grace; d77 00:00 / d91 00:00; next d70 00:15",
          "d77 00:00 => basic, past_due, restricted, restricted; d77 00:00 / d91 00:00; next d77 "
          "00:15"}                                                                           },
        {"73 a debtor is exempt for a while",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1
            b d30 00:00 in_2 payment_failed open attempts=1
            c d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
            g d31 00:00 grant - org=org_1 exempt=true until=d70
         )", {"d45 00:00 => basic, past_due, full, exempt; d77 00:00 / d91 00:00; next d70 00:00",
          "d70 00:00 => basic, past_due, full, grace; d77 00:00 / d91 00:00; next d70 00:15"}},
        {"74 the trial is longer, twice, and once less",
         R"(
            a d0 00:00 cus_1 created org=org_1
            g d3 00:00 grant - org=org_1 extend=14
            h d5 00:00 grant - org=org_1 extend=7
            r d6 00:00 revoke - org=org_1 of=g
         )", {"d4 00:00 => basic, trial, full, trial; no case; next d28 00:00",
          "d5 12:00 => basic, trial, full, trial; no case; next d35 00:00",
          "d7 00:00 => basic, trial, full, trial; no case; next d21 00:00",
          "d21 00:00 => basic, none, none, trial_over; no case; next -"}                     },
        {"75 who pays for more keeps it",
         R"(
            a d0 00:00 sub_1 created active plan=enterprise period=0-30 latest=in_1 org=org_1
            g d5 00:00 grant - org=org_1 plan=basic until=d20
         )", {"d6 00:00 => enterprise, active, full, paid; no case; next d20 00:00"}                     },
        {"76 a plan is given to who has canceled",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
            b d20 00:00 sub_1 deleted canceled
            g d25 00:00 grant - org=org_1 plan=enterprise until=d50
         )", {"d26 00:00 => enterprise, canceled, full, granted; no case; next d50 00:00",
          "d50 00:00 => basic, canceled, none, canceled; no case; next -"}                   },
        {"77 the clock counts from the revoke",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1
            b d30 00:00 in_2 payment_failed open attempts=1
            g d45 00:00 grant - org=org_1 access=full until=d70
            r d50 00:00 revoke - org=org_1 of=g
         )", {"d51 00:00 => basic, active, full, grace; d57 00:00 / d71 00:00; next d53 00:15"}          },
        {"79 access is given before grace is over",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-100 latest=in_1 org=org_1
            b d30 00:00 in_2 payment_failed open attempts=1
            c d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
            g d31 00:00 grant - org=org_1 access=full until=d40
         )", {"d39 00:00 => basic, past_due, full, granted; d47 00:00 / d61 00:00; next d40 00:00"}      },
        {"78 nothing but a grant is known",
         R"(
            g d2 00:00 grant - org=org_1 plan=enterprise until=d10
         )", {"d3 00:00 => enterprise, trial, full, granted; no case; next d10 00:00",
          "d10 00:00 => basic, trial, full, trial; no case; next d16 00:00"}                 },
    };
    return lives;
}

}  // namespace billhook
