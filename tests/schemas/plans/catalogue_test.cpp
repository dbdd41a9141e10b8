#include "schemas/plans/catalogue.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {
namespace {

using std::chrono::days;
using std::chrono::seconds;

catalogue three_plans() {
    catalogue all;
    all.plans.resize(3);
    all.plans[0].key = "basic";
    all.plans[0].lookup_keys = {"basic_monthly"};
    all.plans[1].key = "pro";
    all.plans[1].prices = {"price_pro"};
    all.plans[2].key = "enterprise";
    all.plans[2].products = {"prod_big"};
    return all;
}

}  // namespace

TEST_CASE("catalogue: a price is known by its id or else its lookup key or else its product") {
    catalogue all = three_plans();
    all.addons.resize(2);
    all.addons[0].lookup_keys = {"sms_pack"};
    all.addons[1].products = {"prod_more"};
    const struct {
        const char* name;
        price_reference by;
        listing at;
    } rows[] = {
        {"nothing is known",                     {{}, {}, {}},                               {{}, {}}},
        {"a lookup key",                         {"price_x", "prod_x", "basic_monthly"},     {0, {}} },
        {"a price",                              {"price_pro", {}, {}},                      {1, {}} },
        {"a product",                            {{}, "prod_big", {}},                       {2, {}} },
        {"a name of one kind in another's list",
         {"basic_monthly", "price_pro", "prod_big"},
         {{}, {}}                                                                                    },
        {"the price before the key",             {"price_pro", "prod_big", "basic_monthly"}, {1, {}} },
        {"the key before the product",           {"price_x", "prod_big", "basic_monthly"},   {0, {}} },
        {"an add-on",                            {"price_x", "prod_x", "sms_pack"},          {{}, 0} },
        {"an add-on's key, a plan's product",    {"price_x", "prod_big", "sms_pack"},        {{}, 0} },
        {"a plan's price, an add-on's product",  {"price_pro", "prod_more", {}},             {1, {}} },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK((all.listing_of(row.by) == row.at));
    }
}

TEST_CASE("catalogue: a plan is found by its key") {
    const catalogue all = three_plans();
    CHECK(all.find("pro") == &all.plans[1]);
    CHECK(all.find("Pro") == nullptr);
}

TEST_CASE("policy: the ends of grace and of restricted are always steps") {
    dunning_policy policy;
    policy.grace = days{7};
    policy.restricted = days{14};
    policy.notices = {days{0}, days{3}, days{7}, days{30}};
    const std::vector<seconds> expected = {days{0}, days{3}, days{7}, days{21}, days{30}};
    CHECK(policy.steps() == expected);
}

TEST_CASE("policy: an organization's values stand over its plan's") {
    catalogue all = three_plans();
    all.dunning.grace = days{7};
    all.plans[2].dunning.grace = days{30};
    all.plans[2].dunning.restricted_features = {
        {"seats", 1}
    };
    catalogue::overrides own;
    own.exempt = true;
    own.restricted = days{1};
    all.organizations[organization_id("org_1")] = own;

    const dunning_policy ours = all.policy_for(organization_id("org_1"), &all.plans[2]);
    CHECK(ours.grace == days{30});
    CHECK(ours.restricted == days{1});
    CHECK(ours.exempt);
    CHECK(ours.restricted_features == all.plans[2].dunning.restricted_features);
    CHECK(all.policy_for(organization_id("org_2"), &all.plans[2]) == all.plans[2].dunning);
    CHECK(all.policy_for(organization_id("org_2"), nullptr) == all.dunning);
    CHECK(all.policy_for(organization_id("org_1"), nullptr).grace == days{7});
}

TEST_CASE("policy: every value can be overridden and a list is replaced as a whole") {
    dunning_policy base;
    base.notices = {days{1}, days{2}};
    base.restricted_features = {
        {"a", true},
        {"b", 3   }
    };
    catalogue::overrides by;
    by.grace = days{1};
    by.restricted = days{2};
    by.notices = std::vector<seconds>{days{9}};
    by.settle = seconds{1};
    by.restricted_features = feature_map{
        {"b", 0}
    };
    by.exempt = true;
    const dunning_policy expected{
        .grace = days{1},
        .restricted = days{2},
        .notices = {days{9}},
        .settle = seconds{1},
        .restricted_features = {{"b", 0}},
        .exempt = true};
    CHECK(overridden(base, by) == expected);
    CHECK(overridden(base, {}) == base);
}

}  // namespace billhook
