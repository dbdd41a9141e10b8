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
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                       },
        {"one that settles before the other leaves the anchor",
         active + failed +
             "g d33 00:00 in_3 payment_failed open created=d31\nh d35 00:00 in_2 paid paid\n",       {a_case("d30 00:00", nullptr, "in_2 in_3")}      },
        {"times that do not touch are two",
         active + failed + "h d31 00:00 in_2 paid paid\ni d40 00:00 in_3 payment_failed open\n",
         {a_case("d30 00:00", "d31 00:00", "in_2"), a_case("d40 00:00", nullptr, "in_3")}                                                             },
        {"the subscription's end is the case's",
         active + failed + "d d40 00:00 sub_1 deleted canceled\n",
         {a_case("d30 00:00", "d40 00:00", "in_2")}                                                                                                   },
        {"nothing begins after the subscription's end",
         active + failed + "d d20 00:00 sub_1 deleted canceled\n",
         {}                                                                                                                                           },
        {"a newer invoice that is paid settles it",
         active + failed + "h d35 00:00 in_3 paid paid created=d34\n",
         {a_case("d30 00:00", "d35 00:00", "in_2")}                                                                                                   },
        {"a manual invoice settles nothing",
         active + failed + "h d35 00:00 in_3 paid paid created=d34 reason=manual\n",
         {a_case("d30 00:00", nullptr, "in_2")}                                                                                                       },
        {"a first payment is no case",
         active + "f d1 00:00 in_1 payment_failed open reason=subscription_create\n",
         {}                                                                                                                                           },
        {"paid in the second of the spell's last fact says nothing of what comes after",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d30 00:00 in_1 paid paid\n",
         {a_case("d30 00:00", nullptr, "in_1")}                                                                                                       },
        {"paid in a later second ends the spell",
         active + "a d30 00:00 sub_1 updated status:active->past_due\nb d30 00:01 in_1 paid paid\n",
         {a_case("d30 00:00", "d30 00:01", "in_1")}                                                                                                   },
        {"a fact that names no invoice stands for itself",
         "o d0 00:00 sub_1 created past_due plan=basic period=0-90\n"
         "a d1 00:00 sub_1 updated status:past_due->unpaid\n",                                       {a_case("d0 00:00", nullptr, "sub_1@1767225600")}},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
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
        CHECK(cases == row.cases);
    }
}

}  // namespace billhook
