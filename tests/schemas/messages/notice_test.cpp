#include "schemas/messages/notice.hpp"

#include "schemas/types/words.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

const instant anchor = from_unix_seconds(1'767'323'045);

notice a_reminder() {
    notice what;
    what.kind = notice_kind::reminder;
    what.step = "3d";
    what.organization = organization_id("org_1");
    what.subscription = subscription_id("sub_1");
    what.customer = customer_id("cus_1");
    what.plan = "basic";
    what.case_anchor = anchor;
    what.grace_until = anchor + std::chrono::days{7};
    what.restricted_until = anchor + std::chrono::days{21};
    what.invoices = {
        {invoice_id("in_1"), money{2'900, "eur"}},
        {invoice_id("in_2"), std::nullopt       },
    };
    what.id = notice_id(what.subscription, anchor, what.step);
    return what;
}

}  // namespace

TEST_CASE("notice: its JSON is the contract's") {
    const notice what = a_reminder();
    CHECK(
        to_json(what) ==
        "{\"id\":\"" + what.id +
            R"(","kind":"reminder","step":"3d","organization":"org_1","subscription":"sub_1",)"
            R"("customer":"cus_1","plan":"basic","case":{"anchor":"2026-01-02T03:04:05Z",)"
            R"("grace_until":"2026-01-09T03:04:05Z","restricted_until":"2026-01-23T03:04:05Z"},)"
            R"("trial_end":null,"grant_end":null,"invoices":[{"id":"in_1","amount_remaining":2900,"currency":"eur"},)"
            R"({"id":"in_2","amount_remaining":null,"currency":null}]})"
    );
}

TEST_CASE("notice: every notice comes back from its JSON") {
    notice what = a_reminder();
    const auto whole = parse_notice(to_json(what));
    REQUIRE(whole.has_value());
    CHECK((*whole == what));
    notice least;
    least.id = "ntc_1";
    least.kind = notice_kind::trial_ending;
    least.step = "trial_ending";
    least.organization = organization_id("quoted \" \\");
    least.subscription = subscription_id("sub_1");
    least.trial_end = anchor;
    least.grant_end = anchor + std::chrono::hours{1};
    const auto back = parse_notice(to_json(least));
    REQUIRE(back.has_value());
    CHECK((*back == least));
}

TEST_CASE("notice: an id is a function of subscription and anchor and step") {
    const subscription_id one("sub_1");
    CHECK(notice_id(one, anchor, "3d") == notice_id(one, anchor, "3d"));
    CHECK(notice_id(one, anchor, "3d") != notice_id(one, anchor, "5d"));
    CHECK(notice_id(one, anchor, "3d") != notice_id(one, anchor + std::chrono::seconds{1}, "3d"));
    CHECK(notice_id(one, anchor, "3d") != notice_id(subscription_id("sub_2"), anchor, "3d"));
    CHECK(notice_id(one, anchor, "3d").size() == 28);
}

TEST_CASE("notice: a body that is none is refused with its reason") {
    const std::string good = to_json(a_reminder());
    const auto with = [&](const std::string& from, const std::string& to) {
        std::string body = good;
        const auto at = body.find(from);
        REQUIRE(at != std::string::npos);
        return body.replace(at, from.size(), to);
    };
    CHECK(parse_notice("{").error() == notice_error::not_json);
    for (const auto& body : {
             std::string("[]"),
             with("\"reminder\"", "\"telegram\""),
             with("\"org_1\"", "\"\""),
             with("\"sub_1\"", "7"),
             with("\"2026-01-09T03:04:05Z\"", "\"tomorrow\""),
             with("2900", "29.5"),
             with("\"in_2\"", "null"),
         }) {
        CAPTURE(body);
        const auto read = parse_notice(body);
        REQUIRE(read.has_error());
        CHECK(read.error() == notice_error::bad_notice);
    }
}

TEST_CASE("notice: every kind has a word of its own") {
    for (int each = 0; each <= static_cast<int>(notice_kind::grant_ending); ++each) {
        const auto kind = static_cast<notice_kind>(each);
        CHECK(from_word<notice_kind>(to_word(kind)) == kind);
    }
    CHECK_FALSE(from_word<notice_kind>("telegram").has_value());
}

}  // namespace billhook
