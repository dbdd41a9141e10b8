#include "tools/commands/linking.hpp"

#include "schemas/messages/record.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

namespace {

const instant now = from_unix_seconds(1'767'225'600);

mapping said(const char* organization, const char* subscription = nullptr) {
    mapping what;
    what.customer = customer_id{"cus_1"};
    if (organization != nullptr) {
        what.organization = organization_id{organization};
    }
    if (subscription != nullptr) {
        what.subscription = subscription_id{subscription};
    }
    what.created = now;
    what.id = link_id(what.organization, what.customer, now);
    return what;
}

// cus_1 with sub_1 and, of metadata of its own, sub_2; `metadata` is the customer's.
known_claims claims_before(const char* metadata, const char* mapped_to) {
    known_claims all;
    customer_row customer;
    customer.key = "cus_1";
    customer.known = true;
    if (metadata != nullptr) {
        customer.state.organization = organization_id{metadata};
    }
    all.customer = customer;
    for (const char* id : {"sub_1", "sub_2"}) {
        subscription_row& row = all.subscriptions.emplace_back();
        row.id = subscription_id{id};
        row.state.customer = customer_id{"cus_1"};
    }
    all.subscriptions[1].state.organization = organization_id{"org_own"};
    if (mapped_to != nullptr) {
        all.mappings.push_back(said(mapped_to));
        all.mappings.back().created = now - std::chrono::hours{1};
    }
    return all;
}

}  // namespace

TEST_CASE("linking: what a record changes is told object by object and what stands against it") {
    const struct {
        const char* name;
        const char* metadata;
        const char* mapped_to;
        mapping what;
        std::string words;
        std::string against;
    } rows[] = {
        {"nothing is known",
         nullptr, nullptr,
         said("org_1"),
         "  cus_1: nobody's -> org_1 (by mapping)\n"
         "  sub_1: nobody's -> org_1 (by customer)\n"
         "  sub_2: stays org_own (by metadata)\n", ""},
        {"it is linked already",
         nullptr, "org_1",
         said("org_1"),
         "  cus_1: stays org_1 (by mapping)\n"
         "  sub_1: stays org_1 (by customer)\n"
         "  sub_2: stays org_own (by metadata)\n", ""},
        {"it leaves another",
         nullptr, "org_2",
         said("org_1"),
         "  cus_1: org_2 (by mapping) -> org_1 (by mapping)\n"
         "  sub_1: org_2 (by customer) -> org_1 (by customer)\n"
         "  sub_2: stays org_own (by metadata)\n", "cus_1 leaves org_2, which it is now by its mapping."},
        {"its metadata are stronger",
         "org_2", nullptr,
         said("org_1"),
         "  cus_1: stays org_2 (by metadata)\n"
         "  sub_1: stays org_2 (by customer)\n"
         "  sub_2: stays org_own (by metadata)\n", "cus_1 stays org_2's: its metadata comes before a link."},
        {"a link is taken back",
         nullptr, "org_2",
         said(nullptr),
         "  cus_1: org_2 (by mapping) -> nobody's\n"
         "  sub_1: org_2 (by customer) -> nobody's\n"
         "  sub_2: stays org_own (by metadata)\n", "-"},
        {"an override",
         nullptr, "org_2",
         said("org_1", "sub_2"),
         "  cus_1: stays org_2 (by mapping)\n"
         "  sub_1: stays org_2 (by customer)\n"
         "  sub_2: org_own (by metadata) -> org_1 (by override)\n", ""},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const auto objects = effect_of(row.what, claims_before(row.metadata, row.mapped_to));
        CHECK(in_words(objects) == row.words);
        if (row.what.organization) {
            CHECK(stands_against(row.what, objects) == row.against);
        }
    }
}

TEST_CASE("linking: an override is an operator's record and a link as the sweep says it") {
    const auto source_of = [](const mapping& what) {
        const auto sent = message_of_link(what);
        return record_from(sent.key, sent.value, sent.headers, {}).source;
    };
    CHECK(source_of(said("org_1")) == record_source_kind::mapping);
    CHECK(source_of(said(nullptr)) == record_source_kind::mapping);
    CHECK(source_of(said("org_1", "sub_1")) == record_source_kind::by_operator);
    CHECK(source_of(said(nullptr, "sub_1")) == record_source_kind::by_operator);
    CHECK(message_of_link(said("org_1")).key == "cus_1");
}

}  // namespace billhook
