#include "schemas/messages/mapping.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace billhook {
namespace {

const instant said = from_unix_seconds(1'767'323'045) + std::chrono::microseconds{7};

mapping org_1_is_cus_1() {
    mapping what;
    what.organization = organization_id("org_1");
    what.customer = customer_id("cus_1");
    what.organization_created = from_unix_seconds(1'700'000'000);
    what.created = said;
    what.id = mapping_id(what.organization, what.customer);
    return what;
}

}  // namespace

TEST_CASE("mapping: its JSON is the contract's") {
    const mapping what = org_1_is_cus_1();
    CHECK(
        to_json(what) ==
        "{\"id\":\"" + what.id.text() +
            R"(","object":"billhook.mapping","organization":"org_1","customer":"cus_1",)"
            R"("organization_created":"2023-11-14T22:13:20Z","created":"2026-01-02T03:04:05.000007Z"})"
    );
}

TEST_CASE("mapping: every mapping comes back from its JSON") {
    mapping what = org_1_is_cus_1();
    const auto whole = parse_mapping(to_json(what));
    REQUIRE(whole.has_value());
    CHECK((*whole == what));
    what.subscription = subscription_id("sub_1");
    const auto override_of_one = parse_mapping(to_json(what));
    REQUIRE(override_of_one.has_value());
    CHECK((*override_of_one == what));
    what.organization.reset();
    what.actor = "ada";
    what.reason = "a slip";
    const auto taken_back = parse_mapping(to_json(what));
    REQUIRE(taken_back.has_value());
    CHECK((*taken_back == what));
    what = org_1_is_cus_1();
    what.customer.reset();
    what.organization_created.reset();
    what.organization = organization_id("quoted \" \\ \u00e9");
    const auto least = parse_mapping(to_json(what));
    REQUIRE(least.has_value());
    CHECK((*least == what));
    what.updated_at = said;
    what.name = "Acme \u00e9";
    const auto of_a_directory = parse_mapping(to_json(what));
    REQUIRE(of_a_directory.has_value());
    CHECK((*of_a_directory == what));
    what.deleted = true;
    const auto deletion = parse_mapping(to_json(what));
    REQUIRE(deletion.has_value());
    CHECK((*deletion == what));
    what.customer = customer_id("cus_1");  // which no deletion has
    CHECK_FALSE(parse_mapping(to_json(what)).has_value());
}

TEST_CASE("mapping: an id is a function of what is said") {
    const organization_id org("org_1");
    const instant later = said + std::chrono::microseconds{1};
    CHECK(mapping_id(org, customer_id("cus_1")) == mapping_id(org, customer_id("cus_1")));
    // SHA-256 of "org_1", NUL, "cus_1".
    CHECK(mapping_id(org, customer_id("cus_1")).text() == "map_c4f66b77e18a7dfc2ad528e1");
    const std::set<event_id> all = {
        mapping_id(org, customer_id("cus_1")),
        mapping_id(org, std::nullopt),
        mapping_id(organization_id("org_1c"), customer_id("us_1")),
        mapping_id(organization_id("org_2"), customer_id("cus_1")),
        link_id(org, customer_id("cus_1"), said),
        link_id(org, customer_id("cus_1"), later),
        link_id(org, std::nullopt, said),
    };
    CHECK(all.size() == 7);
}

TEST_CASE("mapping: a body that is none is refused with its reason") {
    const std::string long_id(256, 'x');
    const struct {
        std::string name;
        std::string body;
        mapping_error why;
    } rows[] = {
        {"no JSON",                                "{",                                                      mapping_error::not_json   },
        {"an empty text",                          "",                                                       mapping_error::not_json   },
        {"no object",                              "[]",                                                     mapping_error::bad_mapping},
        {"another object",
         R"({"id":"map_1","object":"event","organization":"o","created":"2026-01-02T03:04:05Z"})",           mapping_error::bad_mapping},
        {"neither an organization nor a customer",
         R"({"id":"map_1","object":"billhook.mapping","created":"2026-01-02T03:04:05Z"})",                   mapping_error::bad_mapping},
        {"an organization that is a number",
         R"({"id":"map_1","object":"billhook.mapping","organization":1,"customer":"cus_1",)"
         R"("created":"2026-01-02T03:04:05Z"})",                                                             mapping_error::bad_mapping},
        {"no id",
         R"({"object":"billhook.mapping","organization":"o","created":"2026-01-02T03:04:05Z"})",             mapping_error::bad_mapping},
        {"an empty organization",
         R"({"id":"map_1","object":"billhook.mapping","organization":"","created":"2026-01-02T03:04:05Z"})",
         mapping_error::bad_mapping                                                                                                    },
        {"an id that is too long",
         R"({"id":"map_1","object":"billhook.mapping","organization":")" + long_id +
             R"(","created":"2026-01-02T03:04:05Z"})",                                                       mapping_error::bad_mapping},
        {"a customer that is a number",
         R"({"id":"map_1","object":"billhook.mapping","organization":"o","customer":1,)"
         R"("created":"2026-01-02T03:04:05Z"})",                                                             mapping_error::bad_mapping},
        {"an empty customer",
         R"({"id":"map_1","object":"billhook.mapping","organization":"o","customer":"",)"
         R"("created":"2026-01-02T03:04:05Z"})",                                                             mapping_error::bad_mapping},
        {"a bad time of the organization",
         R"({"id":"map_1","object":"billhook.mapping","organization":"o","organization_created":"x",)"
         R"("created":"2026-01-02T03:04:05Z"})",                                                             mapping_error::bad_mapping},
        {"no time",
         R"({"id":"map_1","object":"billhook.mapping","organization":"o"})",                                 mapping_error::bad_mapping},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto read = parse_mapping(row.body);
        REQUIRE(read.has_error());
        CHECK(to_word(read.error()) == to_word(row.why));
    }
    CHECK(
        parse_mapping(R"({"id":"map_1","object":"billhook.mapping","organization":"o","more":[1],)"
                      R"("created":"2026-01-02T03:04:05Z"})")
            .has_value()
    );
}

}  // namespace billhook
