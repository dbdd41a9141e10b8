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

TEST_CASE("catalogue: any of the three names matches and the highest plan wins") {
    const price_reference basic{
        .price = "price_x", .product = "prod_x", .lookup_key = "basic_monthly"};
    const price_reference pro{.price = "price_pro", .product = {}, .lookup_key = {}};
    const price_reference enterprise{.price = {}, .product = "prod_big", .lookup_key = {}};
    const price_reference crossed{
        .price = "basic_monthly", .product = "price_pro", .lookup_key = "prod_big"};
    const struct {
        std::string name;
        std::vector<price_reference> prices;
        std::optional<std::size_t> plan;
    } rows[] = {
        {"no price",                             {},                       {}},
        {"a lookup key",                         {basic},                  0 },
        {"a price",                              {pro},                    1 },
        {"a product",                            {enterprise},             2 },
        {"a name of one kind in another's list", {crossed},                {}},
        {"the highest of several",               {basic, pro},             1 },
        {"whatever their order",                 {enterprise, pro, basic}, 2 },
        {"one that matches nothing is no harm",  {crossed, basic},         0 },
    };
    const catalogue all = three_plans();
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(all.match(row.prices) == row.plan);
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
