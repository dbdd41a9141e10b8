#include "tests/worker/domain/worked_lives.hpp"

namespace billhook {

const std::vector<worked_life>& owners_lives() {
    static const std::vector<worked_life> lives = {
        {"50 a lookup key that moved to a newer price",
         R"(
            a d0 00:00 cus_1 created org=org_1
            b d0 00:00 sub_1 created active plan=enterprise period=0-30 latest=in_1 org=org_1
            c d30 00:00 sub_1 updated key=null period:0-30->30-60 latest:in_1->in_2
            d d30 01:00 in_2 paid paid
         )", {"d31 00:00 => enterprise, active, full, paid; no case; next d63 00:00",
          "d31 00:00 without b => -, active, full, paid, unlisted; no case; next d63 00:00"}},
        {"51 an abandoned Checkout for another organization",
         R"(
            a d0 00:00 cus_1 created
            b d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 org=org_1
            c d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            d d20 00:00 sub_1 deleted canceled
            e d20 00:00 sub_2 created active plan=enterprise period=20-50 latest=in_2
            f d25 00:00 cs_2 expired mode=subscription customer=cus_1 org=org_2
            g d26 00:00 cs_2 expired mode=subscription customer=cus_1 client_reference_id=org_2
         )", {"d27 00:00 => enterprise, active, full, paid; no case; next d53 00:00"}                   },
        {"52 a visitor names another organization in a payment link",
         R"(
            a d0 00:00 cus_1 created
            b d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 org=org_1
            c d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            d d5 00:00 cs_2 completed mode=subscription customer=cus_1 sub=sub_3 client_reference_id=org_2
            e d6 00:00 sub_2 created active plan=enterprise period=6-36 latest=in_2
         )", {"d7 00:00 => enterprise, active, full, paid; no case; next d33 00:00"}                    },
        {"52b a reference alone names the customer as long as none contradicts",
         R"(
            a d0 00:00 cus_1 created
            b d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 client_reference_id=org_1
            c d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            d d20 00:00 sub_1 deleted canceled
            e d20 00:00 sub_2 created active plan=enterprise period=20-50 latest=in_2
            f d25 00:00 cs_2 expired mode=subscription customer=cus_1 client_reference_id=org_2
            g d28 00:00 cs_3 completed mode=subscription customer=cus_1 sub=sub_3 client_reference_id=org_2
            h d28 00:00 map - org=org_1 customer=cus_1
         )", {"d27 00:00 => enterprise, active, full, paid; no case; next d53 00:00",
          "d29 00:00 without h => basic, canceled, none, canceled; no case; next -",
          "d29 00:00 => enterprise, active, full, paid; no case; next d53 00:00"}           },
        {"53 support moves a subscription",
         R"(
            a d0 00:00 cus_1 created org=org_2
            b d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_1 client_reference_id=org_2
            c d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            d d5 00:00 sub_1 updated org:null->org_1
         )", {"d6 00:00 => basic, active, full, paid; no case; next d33 00:00"}                         },
        {"54 an operator's override",
         R"(
            a d0 00:00 cus_1 created org=org_2
            b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_2
            c d3 00:00 map - org=org_3 customer=cus_1 sub=sub_1
            d d4 00:00 map - org=org_1 customer=cus_1 sub=sub_1
            e d5 00:00 map - org=org_2 customer=cus_9 sub=sub_1
         )", {"d6 00:00 => basic, active, full, paid; no case; next d33 00:00"}                         },
        {"54b an override is taken back",
         R"(
            a d0 00:00 cus_1 created org=org_2
            b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            c d3 00:00 map - org=org_1 customer=cus_1 sub=sub_1
            d d5 00:00 map - org=null customer=cus_1 sub=sub_1
            e d9 00:00 map - org=org_1 customer=cus_1 created_at=d2
         )", {"d4 00:00 => basic, active, full, paid; no case; next d33 00:00",
          "d10 00:00 => basic, trial, full, trial; no case; next d16 00:00"}                },
        {"54c a link is taken back, and what it stood before counts again",
         R"(
            a d0 00:00 cus_1 created
            b d0 00:00 cs_1 completed mode=subscription customer=cus_1 sub=sub_9 client_reference_id=org_1
            c d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
            d d3 00:00 map - org=org_2 customer=cus_1
            e d5 00:00 map - org=null customer=cus_1
         )", {"d4 00:00 without d => basic, active, full, paid; no case; next d33 00:00",
          "d6 00:00 => basic, active, full, paid; no case; next d33 00:00"}                 },
        {"55 a payer from before Billhook",
         R"(
            a d0 00:00 map - org=org_1 customer=cus_1 created_at=d0
            b d40 00:00 cus_1 updated
            c d41 00:00 in_1 paid paid
            d d42 00:00 sub_1 updated active plan=basic period=30-60 latest=in_1
            e d42 00:00 cus_1 updated id=rec_1
         )", {"d1 00:00 only a => basic, trial, full, unknown, stale; no case; next -",
          "d41 12:00 => basic, trial, full, unknown, stale; no case; next -",
          "d42 00:01 without e => basic, active, full, paid; no case; next d63 00:00",
          "d42 00:01 without d => basic, none, none, trial_over; no case; next -"}          },
        {"55b the subscription of our customer is another organization's",
         R"(
            a d0 00:00 map - org=org_1 customer=cus_1 created_at=d0
            b d1 00:00 sub_1 created active plan=basic period=1-31 latest=in_1 org=org_2
         )", {"d2 00:00 without b => basic, trial, full, unknown, stale; no case; next -",
          "d2 00:00 => basic, trial, full, trial; no case; next d14 00:00",
          "d14 00:00 => basic, none, none, trial_over; no case; next -"}                    },
        {"56 an add-on is bought during the trial",
         R"(
            a d0 00:00 cus_1 created org=org_1
            b d3 00:00 sub_1 created active plan=sms period=3-33 latest=in_1
         )", {"d4 00:00 => basic, trial, full, trial; no case; next d14 00:00",
          "d14 00:00 => basic, none, none, trial_over; no case; next d36 00:00"}            },
        {"57 a price that nobody listed",
         R"(
            a d0 00:00 cus_1 created org=org_1
            b d3 00:00 sub_1 created active plan=other period=3-33 latest=in_1
            c d20 00:00 sub_2 created active plan=basic period=20-50 latest=in_2
            d d21 00:00 sub_2 deleted canceled
         )", {"d4 00:00 => basic, trial, full, trial, unlisted; no case; next d14 00:00",
          "d14 00:00 => -, active, full, paid, unlisted; no case; next d36 00:00",
          "d20 12:00 => basic, active, full, paid, unlisted; no case; next d36 00:00",
          "d22 00:00 => -, active, full, paid, unlisted; no case; next d36 00:00"}          },
        {"58 an item is set to 0",
         R"(
            a d0 00:00 sub_1 created active plan=basic also=enterprise*2 period=0-30 latest=in_1 org=org_1
            b d5 00:00 sub_1 updated also=enterprise*0
         )", {"d4 00:00 => enterprise, active, full, paid; no case; next d33 00:00",
          "d6 00:00 => basic, active, full, paid; no case; next d33 00:00"}                 },
        {"59 the old subscription makes room for the new one",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1 org=org_1
            b d10 00:00 sub_2 created active plan=enterprise period=10-40 latest=in_2 org=org_1
            c d10 00:01 sub_1 deleted canceled
         )", {"d10 00:02 => enterprise, active, full, paid; no case; next d10 00:16",
          "d10 00:16 => enterprise, active, full, paid; no case; next d43 00:00"}           },
        {"60 another subscription bridges the dunning",
         R"(
            a d0 00:00 sub_1 created active plan=basic period=0-60 latest=in_1 org=org_1
            b d30 01:00 in_2 payment_failed open attempts=1
            c d30 01:00 sub_1 updated status:active->past_due latest:in_1->in_2
            d d31 00:00 sub_2 created active plan=basic period=31-61 latest=in_3 org=org_1
            e d45 00:00 sub_2 deleted canceled
         )", {"d38 00:00 => basic, active, full, paid; no case; next d44 01:15",
          "d45 00:00 => basic, past_due, restricted, restricted; d37 01:00 / d51 01:00; next d45 "
          "00:15"}                                                                          },
    };
    return lives;
}

}  // namespace billhook
