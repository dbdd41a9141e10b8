#include "tests/worker/domain/leaning_lives.hpp"

namespace billhook {

namespace {

const leaning_life lives[] = {
    {"the invoices that were named while money was owed",  R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c d1 00:00 sub_1 updated status:active->past_due
        d d2 00:00 sub_1 updated latest:in_1->in_2
        e d3 00:00 sub_1 updated latest:in_2->in_3
        f d4 00:00 sub_1 updated
        g d5 00:00 sub_1 updated
    )"},
    {"a second of which only the last fact says past_due", R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c1 d1 00:00 sub_1 updated cancel_at_period_end:false->true
        c2 d1 00:00 sub_1 updated status:active->past_due
        d  d2 00:00 sub_1 updated status:past_due->active
        e  d3 00:00 sub_1 updated
        f  d4 00:00 sub_1 updated
    )"},
    {"a late fact before a second that leans on it",       R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        d1 d5 00:00 sub_1 updated cancel_at_period_end:false->true
        d2 d5 00:00 sub_1 updated cancel_at_period_end:true->false
        c  d4 00:00 sub_1 updated cancel_at_period_end:false->true
    )"},
    {"a late failure that a paid one has overtaken",       R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_2
        c d30 01:00 in_2 paid paid attempts=1 created=d30 sub=sub_1
        d d20 00:00 in_1 payment_failed open attempts=1 created=d20 sub=sub_1
    )"},
    {"a refusal without an invoice before the failure",    R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c d20 00:00 ch_1 failed code=stolen_card
        d d20 00:00 in_1 payment_failed open attempts=1 created=d20 sub=sub_1
    )"},
    {"a refusal whose failure names no subscription",
     R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c d20 00:00 ch_1 failed code=stolen_card
        d d20 00:00 in_1 payment_failed open attempts=1 created=d20 sub=none
        e d20 00:01 in_1 updated open attempts=1 created=d20 sub=sub_1
    )"                                                      },
    {"a refusal whose event turns into another's",         R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c  d20 00:00 in_1 payment_failed open attempts=1 created=d20 sub=sub_1
        d  d22 00:00 ch_1 failed code=stolen_card invoice=in_1
        e1 d23 00:00 ch_1 failed id=evt_e code=insufficient_funds invoice=in_1
        e2 d23 00:00 ch_1 failed id=evt_e code=lost invoice=in_2
    )"},
    {"a payment that turns into another's",                R"(
        a  d0 00:00 cus_1 created org=org_1
        b  d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c  d25 00:00 in_3 paid paid attempts=1 created=d24 sub=sub_1
        d1 d23 00:00 in_2 paid id=evt_d paid attempts=1 created=d22 sub=sub_1
        e  d20 00:00 in_1 payment_failed open attempts=1 created=d20 sub=sub_1
        d2 d23 00:00 in_2 updated id=evt_d void attempts=1 created=d22 sub=sub_1
    )"},
    {"the payment of the invoice that was named first",    R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c d5 00:00 in_1 paid paid attempts=1 created=d0 sub=sub_1
        d d1 00:00 sub_1 updated status:active->past_due
        e d7 00:00 sub_1 updated status:past_due->active latest:in_1->in_2
    )"},
    {"a late failure that denies what was assumed",        R"(
        a d0 00:00 cus_1 created org=org_1
        b d0 00:00 sub_1 created active plan=basic period=0-30 latest=in_1
        c d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2
        d d40 00:00 sub_1 assumed active latest=in_2 id=rec_d
        e d45 00:00 sub_1 updated active
        f d46 00:00 sub_1 updated
        g d47 00:00 sub_1 updated
        h d40 00:00 in_2 payment_failed open attempts=4 created=d30 sub=sub_1
    )"},
};

}  // namespace

std::span<const leaning_life> leaning_lives() {
    return lives;
}

}  // namespace billhook
