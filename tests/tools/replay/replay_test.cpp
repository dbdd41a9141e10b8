#include "tools/replay/building_session.hpp"
#include "tools/replay/divergences.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using names = std::vector<std::string>;

}  // namespace

TEST_CASE("given leases: what the command shares out and nothing else") {
    given_leases mine("reader-1", {"stripe.events/0", "stripe.events/2"});
    CHECK(mine.renew(1s).empty());
    const names all{"stripe.events/0", "stripe.events/1", "stripe.events/2"};
    CHECK(mine.claim(all, 1s) == names{"stripe.events/0", "stripe.events/2"});
    CHECK(
        mine.renew(1s) ==
        std::vector<live_lease>{
            {"stripe.events/0", "reader-1"},
            {"stripe.events/2", "reader-1"}
    }
    );
    const std::array<std::string, 1> first{"stripe.events/0"};
    mine.release(first);
    CHECK(
        mine.renew(1s) ==
        std::vector<live_lease>{
            {"stripe.events/2", "reader-1"}
    }
    );
    mine.leave();
    CHECK(mine.renew(1s).empty());
}

TEST_CASE("change text: every column but as_of and nothing where all is equal") {
    standing before;
    before.organization = organization_id("org_1");
    before.plan = "basic";
    before.why = reason::paid;
    before.features = {
        {"seats", std::int64_t{5}}
    };
    standing after = before;
    after.as_of = from_unix_seconds(9);
    CHECK(change_text(before, after).empty());
    after.plan.reset();
    after.subscription_status = "canceled";
    after.access = access_level::none;
    after.why = reason::canceled;
    after.in_dunning = true;
    after.stale = true;
    after.grace_until = after.restricted_until = after.next_change_at = from_unix_seconds(0);
    after.features = {
        {"seats", std::int64_t{-1}}
    };
    after.customer = customer_id("cus_1");
    after.subscription = subscription_id("sub_1");
    CHECK(
        change_text(before, after) ==
        "plan basic -> none, subscription_status  -> canceled, access full -> none, reason paid -> "
        "canceled, in_dunning false -> true, grace_until none -> 1970-01-01T00:00:00Z, "
        "restricted_until none -> 1970-01-01T00:00:00Z, next_change_at none -> "
        "1970-01-01T00:00:00Z, stale false -> true, features {\"seats\":5} -> {\"seats\":null}, "
        "customer none -> cus_1, subscription none -> sub_1"
    );
}

}  // namespace billhook
