#include "schemas/clerk/organization_event.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <rapidcheck.h>
#include <string>

namespace billhook::clerk {
namespace {

// An organization as Clerk sends it (clerk/javascript, packages/backend; clerk.com/docs/webhooks).
constexpr const char* updated =
    R"({"object":"event","type":"organization.updated","timestamp":1654013850000,"instance_id":"ins_1",
    "event_attributes":{"http_request":{"client_ip":"1.2.3.4","user_agent":"x"}},
    "data":{"object":"organization","id":"org_1","name":"Acme","slug":"acme","members_count":3,
    "public_metadata":{},"private_metadata":{},"created_by":"user_1",
    "created_at":1654013202977,"updated_at":1654013847054}})";

std::string said(const std::string& type, const std::string& data) {
    return fmt::format(
        R"({{"object":"event","type":"{}","timestamp":1654013850000,"data":{}}})", type, data
    );
}

// "org_1 since <time>", "org_1 gone <time>", "ignored <type> <object>", or the word of the refusal.
std::string answer(const std::string& body, const std::optional<std::string>& id = "msg_1") {
    const auto parsed = parse_event(body, id);
    if (!parsed) {
        return std::string(to_word(parsed.error()));
    }
    if (const auto* exists = std::get_if<mapping>(&*parsed)) {
        REQUIRE(exists->organization.has_value());
        CHECK_FALSE(exists->customer);
        CHECK_FALSE(exists->subscription);
        if (exists->deleted) {
            CHECK(exists->id.text() == id);
            CHECK_FALSE(exists->organization_created);
            return exists->organization->text() + " gone " + to_rfc3339(exists->created);
        }
        CHECK(exists->id == organization_mapping_id(*exists->organization));
        CHECK(exists->organization_created == exists->created);
        return exists->organization->text() + " since " + to_rfc3339(exists->created);
    }
    const auto& event = std::get<stripe::event>(*parsed);
    CHECK(event.id.text() == id);
    CHECK(std::holds_alternative<std::monostate>(event.said));
    return fmt::format("ignored {} {}", event.type, event.object);
}

TEST_CASE("clerk: an organization exists since its created_at and all else is ignored") {
    struct row {
        const char* name;
        std::string body;
        const char* answer;
    };
    constexpr const char* since = "org_1 since 2022-05-31T16:06:42.977000Z";
    const std::string acme = R"({"id":"org_1","created_at":1654013202977,"updated_at":1})";
    const std::string create = "organization.created";
    // clang-format off
    const row rows[] = {
        {"created", said(create, acme), since},
        {"updated", updated, since},
        {"deleted", said("organization.deleted", R"({"id":"org_1","deleted":true})"), "org_1 gone 2022-05-31T16:17:30Z"},
        {"deleted without its id", said("organization.deleted", R"({"deleted":true})"), "ignored organization.deleted "},
        {"deleted, nobody knows when", R"({"type":"organization.deleted","data":{"id":"org_1"}})", "no_created"},
        {"deleted, with a number as its id", said("organization.deleted", R"({"id":1})"), "bad_id"},
        {"a membership", said("organizationMembership.created", R"({"id":"orgmem_1"})"), "ignored organizationMembership.created orgmem_1"},
        {"Clerk's own billing", said("subscription.created", R"({"id":"sub_1","status":"active"})"), "ignored subscription.created sub_1"},
        {"a payment of it", said("paymentAttempt.updated", R"({"id":"pay_1"})"), "ignored paymentAttempt.updated pay_1"},
        {"a type of Stripe's", said("customer.subscription.deleted", R"({"object":{"id":"sub_1"}})"), "ignored customer.subscription.deleted "},
        {"no type", R"({"data":{"id":"org_1"}})", "ignored  org_1"},
        {"no data", R"({"type":"user.created"})", "ignored user.created "},
        {"no time", said(create, R"({"id":"org_1"})"), "no_created"},
        {"a time in words", said(create, R"({"id":"org_1","created_at":"2022"})"), "no_created"},
        {"a time beyond all years", said(create, R"({"id":"org_1","created_at":253402300800000})"), "no_created"},
        {"no organization", said(create, "{}"), "no_object"},
        {"no data of one", said(create, "null"), "no_object"},
        {"a number as its id", said(create, R"({"id":1,"created_at":1})"), "bad_id"},
        {"an empty id", said(create, R"({"id":"","created_at":1})"), "bad_id"},
        {"an id with a NUL", said(create, R"({"id":"org_\u0000","created_at":1})"), "bad_id"},
        {"an id too long", said(create, R"({"created_at":1,"id":")" + std::string(256, 'x') + "\"}"), "bad_id"},
        {"a member twice", R"({"type":"organization.created","type":"x"})", "not_json"},
        {"a list", "[]", "not_an_object"},
        {"nothing", "", "not_json"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        CHECK(answer(row.body) == row.answer);
    }
    CHECK(answer(R"({"type":"user.created"})", std::nullopt) == "no_id");
    CHECK(answer(updated, std::nullopt) == since);
}

TEST_CASE(
    "clerk: what is said of an organization is one record and the latest has the greatest body"
) {
    const auto first = parse_event(
        said(
            "organization.created",
            R"({"id":"org_1","name":"Old","created_at":1654013202977,"updated_at":1654013202977})"
        ),
        "msg_1"
    );
    const auto later = parse_event(updated, "msg_2");
    REQUIRE(first.has_value());
    REQUIRE(later.has_value());
    const auto& exists = std::get<mapping>(*first);
    const auto& renamed = std::get<mapping>(*later);
    CHECK(exists.id == renamed.id);
    CHECK((exists < renamed));
    CHECK(exists.name == "Old");
    CHECK(renamed.name == "Acme");
    CHECK(renamed.updated_at == from_unix_seconds(1'654'013'847) + std::chrono::milliseconds{54});
    for (const char* none : {R"("")", "7", "null"}) {
        const auto unnamed = parse_event(
            said(
                "organization.created",
                fmt::format(R"({{"id":"org_1","created_at":1654013202977,"name":{}}})", none)
            ),
            "msg_1"
        );
        REQUIRE(unnamed.has_value());
        CHECK_FALSE(std::get<mapping>(*unnamed).name);
    }
    CHECK(exists.id != mapping_id(organization_id("org_1"), std::nullopt));
    CHECK(exists.id != organization_mapping_id(organization_id("org_2")));
}

TEST_CASE("clerk: the key is what it is about and else the event") {
    CHECK(route(updated, "msg_1").key == "org_1");
    CHECK(route(updated, "msg_1").event_type == "organization.updated");
    const char* strange = R"({"type":"a\u00e9","data":{"id":7}})";
    CHECK(route(strange, "msg_1").key == "msg_1");
    CHECK_FALSE(route(strange, "msg_1").event_type);
    CHECK(route("no JSON", "msg_1").key == "msg_1");
}

TEST_CASE("clerk: any bytes at all have an answer") {
    CHECK(rc::check("clerk: any bytes at all have an answer", [] {
        std::string body = updated;
        const auto at = *rc::gen::inRange<std::size_t>(0, body.size());
        const auto cut = *rc::gen::inRange<std::size_t>(0, 9);
        body.replace(at, cut, *rc::gen::container<std::string>(rc::gen::arbitrary<char>()));
        RC_ASSERT(!answer(body).empty());
        RC_ASSERT(!route(body, "msg_1").key.empty());
    }));
}

}  // namespace
}  // namespace billhook::clerk
