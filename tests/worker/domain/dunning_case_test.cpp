#include "worker/domain/dunning_case.hpp"

#include "tests/builders/living.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string>
#include <vector>

namespace billhook {

namespace {

using builders::day;

// "2026-01-31T01:00:00Z to 2026-02-08T09:00:00Z: in_2 in_3", "... to open: in_2".
std::string shown(const dunning_case& one) {
    return fmt::format(
        "{} to {}: {}",
        to_rfc3339(one.anchor),
        one.ended_at ? to_rfc3339(*one.ended_at) : "open",
        fmt::join(one.members, " ")
    );
}

std::string a_case(const char* from, const char* until, const char* members) {
    return fmt::format(
        "{} to {}: {}",
        to_rfc3339(day(from)),
        until == nullptr ? "open" : to_rfc3339(day(until)),
        members
    );
}

struct row {
    const char* name;
    std::string events;
    std::vector<std::string> cases;
};

const std::string active = "o d0 00:00 sub_1 created active plan=basic period=0-90 latest=in_1\n";
const std::string failed = "f d30 00:00 in_2 payment_failed open attempts=1 created=d30\n";

}  // namespace

TEST_CASE("cases: from the first instant of the union to its last") {
    const row rows[] = {
        {"a later failure of an invoice moves nothing",
         active + failed + "g d33 00:00 in_2 payment_failed open attempts=2\n",
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                                                           },
        {"one that settles before the other leaves the anchor",
         active + failed +
             "g d33 00:00 in_3 payment_failed open created=d31\nh d35 00:00 in_2 paid paid\n",       {a_case("d30 00:00", nullptr, "in_2 in_3")}                                          },
        {"times that do not touch are two",
         active + failed + "h d31 00:00 in_2 paid paid\ni d40 00:00 in_3 payment_failed open\n",
         {a_case("d30 00:00", "d31 00:00", "in_2"), a_case("d40 00:00", nullptr, "in_3")}                                                                                                 },
        {"the subscription's end is the case's",
         active + failed + "d d40 00:00 sub_1 deleted canceled\n",
         {a_case("d30 00:00", "d40 00:00", "in_2")}                                                                                                                                       },
        {"nothing begins after the subscription's end",
         active + failed + "d d20 00:00 sub_1 deleted canceled\n",
         {}                                                                                                                                                                               },
        {"a newer invoice that is paid settles it",
         active + failed + "h d35 00:00 in_3 paid paid created=d34\n",
         {a_case("d30 00:00", "d35 00:00", "in_2")}                                                                                                                                       },
        {"a manual invoice settles nothing",
         active + failed + "h d35 00:00 in_3 paid paid created=d34 reason=manual\n",
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                                                           },
        {"a first payment is no case",
         active + "f d1 00:00 in_1 payment_failed open reason=subscription_create\n",
         {}                                                                                                                                                                               },
        {"paid in the spell's first second it never was",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d30 00:00 in_1 paid paid\n",
         {}                                                                                                                                                                               },
        {"paid before the spell's first second ends nothing",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d29 00:00 in_1 paid paid\n",
         {a_case("d30 00:00", nullptr, "in_1")}                                                                                                                                           },
        {"a fact that names an invoice paid in the spell carries nothing",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d31 00:00 in_1 paid paid\n"
                  "c d40 00:00 sub_1 updated past_due\n",                                            {a_case("d30 00:00", "d31 00:00", "in_1")}                                           },
        {"each fact by its own invoice",
         active +
             "a d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2\n"
             "b d31 00:00 sub_1 updated latest:in_2->in_3\nc d32 00:00 in_2 paid paid\n"
             "d d33 00:00 sub_1 updated latest:in_3->in_2\ne d34 00:00 in_3 payment_failed open\n",  {a_case("d30 00:00", "d33 00:00", "in_2 in_3"), a_case("d34 00:00", nullptr, "in_3")}},
        {"active settles what failed before it though payment had ended the spell",
         active + "f d29 00:00 in_3 payment_failed open created=d29\n"
                  "a d30 00:00 sub_1 updated status:active->past_due\nb d31 00:00 in_1 paid paid "
                  "created=d0\n"
                  "c d32 00:00 sub_1 updated status:past_due->active\n",                             {a_case("d29 00:00", "d32 00:00", "in_1 in_3")}                                      },
        {"a pause goes on with the spell and its invoices are members",
         active + "a d30 00:00 sub_1 updated status:active->past_due latest:in_1->in_2\n"
                  "b d31 00:00 sub_1 paused status:past_due->paused latest:in_2->in_3 "
                  "paused_for=pause_requested\n",                                                    {a_case("d30 00:00", nullptr, "in_2 in_3")}                                          },
        {"a pause on request begins none and has no members",
         active + failed +
             "b d31 00:00 sub_1 paused status:active->paused latest:in_1->in_3 "
             "paused_for=pause_requested\n",                                                         {a_case("d30 00:00", nullptr, "in_2")}                                               },
        {"a pause for a failed payment begins one though no invoice told",
         active + "b d31 00:00 sub_1 paused status:active->paused latest:in_1->in_3 "
                  "paused_for=final_payment_failure\n",                                              {a_case("d31 00:00", nullptr, "in_3")}                                               },
        {"the last fact that tells a reason has the word",
         active + "b d31 00:00 sub_1 paused status:active->paused latest:in_1->in_3 "
                  "paused_for=pause_requested\n"
                  "c d32 00:00 sub_1 updated paused_for=final_payment_failure\n"
                  "d d33 00:00 sub_1 updated paused_for=null\n",                                     {a_case("d31 00:00", nullptr, "in_3")}                                               },
        {"after a trial an untold pause is the trial's end",
         "o d0 00:00 sub_1 created trialing plan=basic period=0-14 trial_end=d14\n" + failed +
             "p d31 00:00 sub_1 paused status:trialing->paused\n",                                   {a_case("d30 00:00", nullptr, "in_2")}                                               },
        {"an untold pause of which nothing came before is one by its trial_end",
         failed + "p d31 00:00 sub_1 paused paused trial_end=d31\n",
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                                                           },
        {"without a trial_end it is for the payment that failed",
         failed + "p d31 00:00 sub_1 paused paused latest=in_3\n",
         {a_case("d30 00:00", nullptr, "in_2 in_3")}                                                                                                                                      },
        {"a paused fact that names a one-off invoice stands for itself",
         active + "x d29 00:00 in_9 payment_failed open reason=manual\n"
                  "b d31 00:00 sub_1 paused status:active->paused latest:in_1->in_9 "
                  "paused_for=final_payment_failure\n",                                              {a_case("d31 00:00", nullptr, "sub_1@1769904000")}                                   },
        {"an invoice for pending items is a one-off",
         active +
             "x d29 00:00 in_9 payment_failed open reason=automatic_pending_invoice_item_invoice\n", {}                                                                                   },
        {"one for pending items settles nothing",
         active + failed +
             "h d35 00:00 in_3 paid paid created=d34 "
             "reason=automatic_pending_invoice_item_invoice\n",                                      {a_case("d30 00:00", nullptr, "in_2")}                                               },
        {"the paid invoice of a change kept aside settles nothing",
         active + failed +
             "p d34 00:00 sub_1 updated pending_until:null->d35 latest:in_1->in_3\n"
             "h d34 00:00 in_3 paid paid created=d34 reason=subscription_update\n",                  {a_case("d30 00:00", nullptr, "in_2")}                                               },
        {"a renewal's invoice is owed though a change is kept aside",
         active + failed + "p d34 00:00 sub_1 updated pending_until:null->d35 latest:in_1->in_2\n",
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                                                           },
        {"the customer's deletion is the case's end",
         active + failed + "d d40 00:00 cus_1 deleted\n",
         {a_case("d30 00:00", "d40 00:00", "in_2")}                                                                                                                                       },
        {"of two deletions the first",
         active + failed + "d d40 00:00 cus_1 deleted\ne d50 00:00 cus_1 deleted\n",
         {a_case("d30 00:00", "d40 00:00", "in_2")}                                                                                                                                       },
        {"paid in a later second ends the spell",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d30 00:01 in_1 paid paid\n",
         {a_case("d30 00:00", "d30 00:01", "in_1")}                                                                                                                                       },
        {"a fact that names no invoice stands for itself",
         "o d0 00:00 sub_1 created past_due plan=basic period=0-90\n"
         "a d1 00:00 sub_1 updated status:past_due->unpaid\n",                                       {a_case("d0 00:00", nullptr, "sub_1@1767225600")}                                    },
    };
    for (const auto& row : rows) {
        CAPTURE(std::string{row.name});
        builders::memory_projection tables;
        for (const auto& event : builders::life(row.events)) {
            builders::fold_in(
                tables, {&event.what, 1}, builders::example_plans(), day("d90 00:00")
            );
        }
        std::vector<std::string> cases;
        for (const auto& one : tables.cases()) {
            cases.push_back(shown(one));
        }
        CHECK(fmt::to_string(fmt::join(cases, "; ")) == fmt::to_string(fmt::join(row.cases, "; ")));
    }
}

}  // namespace billhook
