#include "schemas/messages/change.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("change: its JSON has the columns of billing.organization_access and the version") {
    change what;
    what.organization = organization_id("org_1");
    what.version = 42;
    what.plan = "pro";
    what.subscription_status = "past_due";
    what.access = "full";
    what.reason = "grace";
    what.in_dunning = true;
    what.grace_until = from_unix_seconds(1'767'323'045);
    what.features = R"({"patients_max":null})";
    what.customer = customer_id("cus_1");
    what.as_of = from_unix_seconds(1'767'323'040);
    CHECK(
        to_json(what) ==
        R"({"organization_id":"org_1","version":42,"plan":"pro","subscription_status":"past_due",)"
        R"("access":"full","reason":"grace","in_dunning":true,)"
        R"("grace_until":"2026-01-02T03:04:05Z","restricted_until":null,"next_change_at":null,)"
        R"("stale":false,"features":{"patients_max":null},"stripe_customer_id":"cus_1",)"
        R"("stripe_subscription_id":null,"as_of":"2026-01-02T03:04:00Z"})"
    );
}

}  // namespace billhook
