#include "ingest/api/calls/checkout.hpp"

#include "tests/builders/life.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <set>
#include <string>

namespace billhook::api {
namespace {

using http::problem_code;

const std::vector<std::string> origins{"https://app.example.com"};

std::string body_of(const std::string& more) {
    return R"({"plan":"basic","interval":"month",)" + more + "}";
}

}  // namespace

TEST_CASE("checkout: what a body may say") {
    struct row {
        const char* more;
        std::optional<problem_code> why;
        checkout_mode mode = checkout_mode::hosted;
    };
    constexpr auto malformed = problem_code::malformed_body;
    constexpr auto elsewhere = problem_code::return_url_refused;
    const row rows[] = {
        {R"("success_url":"https://app.example.com/ok")", {}, checkout_mode::hosted},
        {R"("success_url":"https://app.example.com/ok?s={CHECKOUT_SESSION_ID}")",
         {},
         checkout_mode::hosted},
        {R"("mode":"hosted","success_url":"https://app.example.com/","cancel_url":"https://app.example.com/")",
         {}},
        {R"("mode":"embedded","return_url":"https://app.example.com/")",
         {},
         checkout_mode::embedded},
        {R"("mode":"elements","return_url":"https://app.example.com/","quantity":2,"trial":true)",
         {},
         checkout_mode::elements},
        {R"("mode":"hosted")", malformed},
        {R"("mode":"embedded")", malformed},
        {R"("mode":"form","return_url":"https://app.example.com/")", malformed},
        {R"("mode":1,"return_url":"https://app.example.com/")", malformed},
        {R"("success_url":1)", malformed},
        {R"("success_url":"")", malformed},
        {R"("return_url":"https://app.example.com/")", malformed},
        {R"("success_url":"https://app.example.com/","return_url":"https://app.example.com/")",
         malformed},
        {R"("mode":"embedded","return_url":"https://app.example.com/","cancel_url":"https://app.example.com/")",
         malformed},
        {R"("mode":"embedded","success_url":"https://app.example.com/")", malformed},
        {R"("success_url":"https://app.example.com/","price":"price_1")", malformed},
        {R"("success_url":"https://evil.example/")", elsewhere},
        {R"("success_url":"https://app.example.com.evil.example/")", elsewhere},
        {R"("success_url":"https://app.example.com@evil.example/")", elsewhere},
        {R"("success_url":"https://app.example.com/","cancel_url":"https://evil.example/")",
         elsewhere},
        {R"("mode":"elements","return_url":"javascript:x")", elsewhere},
    };
    const auto plans = builders::example_plans();
    for (const row& each : rows) {
        CAPTURE(each.more);
        const auto wanted = checkout_from(body_of(each.more), plans, origins);
        CHECK(wanted.has_value() == !each.why);
        if (wanted) {
            CHECK(wanted->mode == each.mode);
        } else {
            CHECK(wanted.error().code == each.why);
        }
    }
    const auto unknown = checkout_from(
        R"({"plan":"gold","interval":"month","success_url":"https://app.example.com/"})",
        plans,
        origins
    );
    REQUIRE_FALSE(unknown.has_value());
    CHECK(unknown.error().code == problem_code::unknown_plan);
}

TEST_CASE("checkout: the modes have the names of the version") {
    struct row {
        const char* version;
        const char* hosted;
        const char* embedded;
        const char* elements;
    };
    const row rows[] = {
        {"2024-06-20",        "hosted",      "embedded",      "custom"  },
        {"2026-02-25.clover", "hosted",      "embedded",      "custom"  },
        {"2026-03-25.dahlia", "hosted_page", "embedded_page", "elements"},
        {"2026-09-30.endive", "hosted_page", "embedded_page", "elements"},
    };
    for (const row& each : rows) {
        CAPTURE(each.version);
        CHECK(ui_mode_for(checkout_mode::hosted, each.version) == each.hosted);
        CHECK(ui_mode_for(checkout_mode::embedded, each.version) == each.embedded);
        CHECK(ui_mode_for(checkout_mode::elements, each.version) == each.elements);
    }
}

TEST_CASE("checkout: whatever makes a difference makes another offer") {
    const checkout_order first{
        {"basic", order_interval::month, 1, false},
        checkout_mode::hosted, "https://a/", "", ""
    };
    std::set<std::string> offers{offer_of(first, "price_1"), offer_of(first, "price_2")};
    const auto differs = [&](auto change) {
        auto other = first;
        change(other);
        CHECK(offers.insert(offer_of(other, "price_1")).second);
    };
    differs([](auto& of) { of.what.quantity = 2; });
    differs([](auto& of) { of.what.trial = true; });
    differs([](auto& of) { of.mode = checkout_mode::embedded; });
    differs([](auto& of) { of.success_url = "https://b/"; });
    differs([](auto& of) { of.cancel_url = "https://a/"; });
    differs([](auto& of) { of.success_url = "", of.return_url = "https://a/"; });
    CHECK(offers.size() == 8);
    CHECK(offers.begin()->size() == 32);
}

TEST_CASE("checkout: what Stripe takes for a reference") {
    CHECK(is_reference("org_1-A"));
    CHECK_FALSE(is_reference(""));
    CHECK_FALSE(is_reference("a b"));
    CHECK_FALSE(is_reference("a/b"));
    CHECK(is_reference(std::string(200, 'a')));
    CHECK_FALSE(is_reference(std::string(201, 'a')));
}

}  // namespace billhook::api
