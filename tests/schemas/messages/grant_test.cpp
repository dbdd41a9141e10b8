#include "schemas/messages/grant.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

namespace {

grant least() {
    grant one;
    one.organization = organization_id{"org_1"};
    one.actor = "ada";
    one.reason = "they asked";
    one.created = from_unix_seconds(1'767'323'045);
    return one;
}

grant whole() {
    grant one = least();
    one.plan = "pro";
    one.full_access = true;
    one.features = {
        {"notes",        true             },
        {"patients_max", std::int64_t{200}},
        {"seats_max",    std::int64_t{-1} }
    };
    one.exempt = true;
    one.until = from_unix_seconds(1'803'859'200);
    one.id = grant_id(one);
    return one;
}

}  // namespace

TEST_CASE("grant: its JSON is the contract's") {
    const grant one = whole();
    CHECK(
        to_json(one) ==
        "{\"id\":\"" + one.id.text() +
            R"(","object":"billhook.grant","organization":"org_1","plan":"pro","access":"full",)"
            R"("features":{"notes":true,"patients_max":200,"seats_max":null},"exempt":true,)"
            R"("until":"2027-03-01T00:00:00Z","actor":"ada","reason":"they asked",)"
            R"("created":"2026-01-02T03:04:05Z"})"
    );
}

TEST_CASE("grant: every record comes back from its JSON") {
    grant longer = least();
    longer.trial_extension = 14 * 86'400;
    longer.id = grant_id(longer);
    grant revoke = least();
    revoke.revokes = longer.id;
    revoke.id = grant_id(revoke);
    for (const grant& one : {whole(), longer, revoke}) {
        const auto read = parse_grant(to_json(one));
        REQUIRE(read.has_value());
        CHECK((*read == one));
        CHECK(grant_id(*read) == one.id);
    }
    CHECK(longer.id.text().starts_with("grant_"));
    CHECK(revoke.id.text().starts_with("revoke_"));
    CHECK(message_of(revoke).key == "org_1");
}

TEST_CASE("grant: what is none is refused") {
    const std::string who =
        R"("id":"grant_1","organization":"org_1","actor":"ada","reason":"r","created":"2026-01-02T03:04:05Z")";
    const std::string until = R"(,"until":"2027-03-01T00:00:00Z")";
    const struct {
        const char* name;
        std::string body;
        bool good;
    } rows[] = {
        {"a plan and its end",         R"("object":"billhook.grant","plan":"pro")" + until,         true },
        {"a plan without end",         R"("object":"billhook.grant","plan":"pro")",                 false},
        {"nothing",                    R"("object":"billhook.grant")" + until,                      false},
        {"a plan that is a number",
         R"("object":"billhook.grant","exempt":true,"plan":7)" + until,
         false                                                                                           },
        {"less than full access",
         R"("object":"billhook.grant","access":"restricted")" + until,
         false                                                                                           },
        {"a feature of text",          R"("object":"billhook.grant","features":{"a":"b"})" + until, false},
        {"a limit below unlimited",
         R"("object":"billhook.grant","features":{"a":-2})" + until,
         false                                                                                           },
        {"a longer trial",             R"("object":"billhook.grant","trial_extension":60)",         true },
        {"a longer trial and more",
         R"("object":"billhook.grant","trial_extension":60,"exempt":true)",                         false},
        {"a longer trial with an end",
         R"("object":"billhook.grant","trial_extension":60)" + until,
         false                                                                                           },
        {"a shorter trial",            R"("object":"billhook.grant","trial_extension":-60)",        false},
        {"a trial beyond all time",
         R"("object":"billhook.grant","trial_extension":9223372036854775807)",                      false},
        {"a revoke",                   R"("object":"billhook.revoke","revokes":"grant_2")",         true },
        {"a revoke of nothing",        R"("object":"billhook.revoke")",                             false},
        {"something else",             R"("object":"billhook.mapping","plan":"pro")" + until,       false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(parse_grant("{" + who + "," + row.body + "}").has_value() == row.good);
    }
    CHECK(parse_grant("{").error() == grant_error::not_json);
    CHECK(
        parse_grant(R"({"object":"billhook.revoke","revokes":"g"})").error() ==
        grant_error::bad_grant
    );
}

}  // namespace billhook
