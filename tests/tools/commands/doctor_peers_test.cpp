#include "tools/commands/doctor_peers.hpp"

#include "tools/simulator/api_server.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

namespace billhook {
namespace {

using simulator::api_answer;
using simulator::api_call;

api_answer answer_of(int status) {
    return {
        .status = status,
        .headers = {{"Request-Id", "req_1"}},
        .body = status == 200 ? R"({"object":"list","data":[]})"
                              : R"({"error":{"type":"invalid_request_error"}})"};
}

// What doctor finds at a Stripe that answers with these statuses.
std::vector<doctor_finding> found_at(
    const std::function<int(const api_call&)>& status,
    settings told,
    std::vector<api_call>* asked = nullptr
) {
    const simulator::api_server server(
        [&](const api_call& call) {
            if (asked != nullptr) {
                asked->push_back(call);
            }
            return answer_of(status(call));
        },
        0
    );
    told.stripe.api_base = server.base();
    std::vector<doctor_finding> found;
    check_stripe(told, found);
    return found;
}

settings with_key(const char* key) {
    settings told;
    told.stripe.secret_key = secret{key};
    return told;
}
settings that_sells() {
    auto told = with_key("rk_test_1");
    told.access.issuer = "https://clerk.example.com";
    return told;
}

// As Stripe with a key that may do all: what is written to is not there.
int all_allowed(const api_call& call) {
    return call.method == "GET" ? 200 : 404;
}

bool names(const std::vector<doctor_finding>& found, const std::string& text) {
    return std::ranges::any_of(found, [&](const auto& each) {
        return each.about == "stripe" && each.text.find(text) != each.text.npos &&
               each.how == severity::wrong && !each.remedy.empty();
    });
}

}  // namespace

TEST_CASE("doctor: a key with all rights is no finding and nothing that exists is written to") {
    std::vector<api_call> asked;
    CHECK(found_at(all_allowed, that_sells(), &asked).empty());
    CHECK(asked.size() >= 15);
    for (const api_call& each : asked) {
        CAPTURE(each.path);
        const bool of_nobody = each.path.find("billhook0doctor") != each.path.npos ||
                               each.parameter("customer").find("billhook0doctor") == 4;
        CHECK((each.method == "GET" || (each.method == "POST" && of_nobody)));
    }
}

TEST_CASE("doctor: a key that only reads is enough for who does not sell") {
    std::vector<api_call> asked;
    CHECK(found_at(all_allowed, with_key("rk_test_1"), &asked).empty());
    CHECK(std::ranges::all_of(asked, [](const auto& each) { return each.method == "GET"; }));
}

TEST_CASE("doctor: a right that the restricted key lacks is named with where to give it") {
    struct row {
        const char* method;
        const char* path;
        const char* says;
    };
    const row rows[] = {
        {"GET",  "/v1/events",                  "may not read Events"            },
        {"GET",  "/v1/customers",               "may not read Customers"         },
        {"GET",  "/v1/prices",                  "may not read Prices"            },
        {"GET",  "/v1/payment_methods",         "may not read Payment Methods"   },
        {"POST", "/v1/customers",               "may not write Customers"        },
        {"POST", "/v1/subscriptions",           "may not write Subscriptions"    },
        {"POST", "/v1/checkout/sessions",       "may not write Checkout Sessions"},
        {"POST", "/v1/billing_portal/sessions", "may not write Customer portal"  },
    };
    for (const row& each : rows) {
        CAPTURE(each.says);
        const auto found = found_at(
            [&](const api_call& call) {
                const bool forbidden =
                    call.method == each.method && call.path.starts_with(each.path);
                return forbidden ? 403 : all_allowed(call);
            },
            that_sells()
        );
        REQUIRE(found.size() == 1);
        CHECK(names(found, each.says));
        CHECK(found[0].remedy.starts_with("https://dashboard.stripe.com/test/apikeys: "));
    }
}

TEST_CASE("doctor: another key and a Stripe that does not answer are one finding each") {
    std::vector<api_call> asked;
    const auto revoked = found_at([](const api_call&) { return 401; }, that_sells(), &asked);
    CHECK(revoked.size() == 1);
    CHECK(names(revoked, "does not take the key"));
    CHECK(asked.size() == 1);
    asked.clear();
    const auto of_live = found_at(all_allowed, with_key("rk_live_1"), &asked);
    CHECK(of_live.size() == 1);
    CHECK(names(of_live, "of live mode"));
    CHECK(asked.empty());
    CHECK(found_at(all_allowed, settings{}, &asked).empty());
    CHECK(asked.empty());
    auto away = that_sells();
    away.stripe.api_base = "http://127.0.0.1:1";
    std::vector<doctor_finding> found;
    check_stripe(away, found);
    REQUIRE(found.size() == 1);
    CHECK(found[0].how == severity::doubtful);
}

TEST_CASE("doctor: an endpoint of Clerk's other instance is a finding") {
    struct row {
        endpoint_kind kind;
        endpoint_mode mode;
        bool livemode;
        bool found;
    };
    const row rows[] = {
        {endpoint_kind::clerk,  endpoint_mode::test, false, false},
        {endpoint_kind::clerk,  endpoint_mode::live, true,  false},
        {endpoint_kind::clerk,  endpoint_mode::test, true,  true },
        {endpoint_kind::clerk,  endpoint_mode::live, false, true },
        {endpoint_kind::clerk,  endpoint_mode::both, true,  true },
        {endpoint_kind::stripe, endpoint_mode::test, true,  false}, // is compared by the fold
    };
    for (const row& each : rows) {
        settings told;
        told.livemode = each.livemode;
        endpoint_settings one;
        one.name = "orgs";
        one.kind = each.kind;
        one.mode = each.mode;
        told.ingest.endpoints = {one};
        std::vector<doctor_finding> found;
        check_clerk(told, found);
        CHECK(found.size() == (each.found ? 1 : 0));
    }
}

}  // namespace billhook
