#include "worker/domain/standing_json.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("change: its JSON has the version and the columns of billing.organization_access") {
    standing now;
    now.organization = organization_id("org_1");
    now.plan = "pro";
    now.subscription_status = "past_due";
    now.why = reason::grace;
    now.in_dunning = true;
    now.grace_until = from_unix_seconds(1'767'323'045);
    now.features = {
        {"patients_max", std::int64_t{-1}},
        {"sso",          true            }
    };
    now.customer = customer_id("acct_1/cus_1");
    now.quantity = 12;
    now.pending = {"pro", 9, now.grace_until, {}};
    now.renewal = {"month", 1, "kwd", 4'900, now.grace_until, {}, {}};
    now.as_of = from_unix_seconds(1'767'323'040);
    CHECK(
        change_json(now, 42) ==
        R"({"version":42,"organization_id":"org_1","plan":"pro","subscription_status":"past_due",)"
        R"("access":"full","reason":"grace","in_dunning":true,)"
        R"("grace_until":"2026-01-02T03:04:05Z","restricted_until":null,"next_change_at":null,)"
        R"("stale":false,"features":{"patients_max":null,"sso":true},)"
        R"("stripe_customer_id":"cus_1","stripe_subscription_id":null,)"
        R"("as_of":"2026-01-02T03:04:00Z","quantity":12,"unlisted":false,"unlisted_prices":[],)"
        R"("billing_interval":"month","billing_interval_count":1,"currency":"kwd","amount":4900,)"
        R"("renews_at":"2026-01-02T03:04:05Z","cancels_at":null,"trial_ends_at":null,)"
        R"("pending_change":{"plan":"pro","quantity":9,"at":"2026-01-02T03:04:05Z","until":null}})"
    );
}

}  // namespace billhook
