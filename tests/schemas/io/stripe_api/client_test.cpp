#include "tests/schemas/io/stripe_api/asked.hpp"

#include <doctest/doctest.h>

namespace billhook::stripe {
namespace {

using namespace std::chrono_literals;
using simulator::api_answer;
using simulator::api_fault;

const instant noon = *from_rfc3339("2026-03-04T12:00:00Z");

api_answer good() {
    return {.status = 200, .body = R"({"id":"cus_1","object":"customer"})", .date = noon};
}

api_answer error(int status, std::map<std::string, std::string> headers = {}) {
    return {
        .status = status,
        .headers = std::move(headers),
        .body = R"({"error":{"type":"invalid_request_error","code":"resource_missing",)"
                R"("message":"No such customer: a@b.example"}})",
        .date = noon};
}

api_answer faulty(api_fault fault) {
    api_answer answer = good();
    answer.fault = fault;
    return answer;
}

std::string failure_of(asked& of) {
    try {
        static_cast<void>(of.client.get({.path = "/v1/customers/cus_1"}));
    } catch (const failure& why) {
        return std::string(why.retryable ? "retryable: " : "final: ") + why.what();
    }
    return "no failure";
}

}  // namespace

TEST_CASE("client: a request names key and version and account and encodes its query") {
    asked of({good()});
    const auto came = of.client.get({
        .path = "/v1/events",
        .query = {{"types[]", "invoice.paid"}, {"created[gte]", "5"}, {"x", "a&b=c d"}},
        .account = "acct_1"
    });
    REQUIRE(came.has_value());
    CHECK(came->body.root().find("id").as_string() == "cus_1");
    REQUIRE(of.calls.size() == 1);
    const auto& call = of.calls.front();
    CHECK(call.method == "GET");
    CHECK(call.path == "/v1/events");
    CHECK(call.parameter("types[]") == "invoice.paid");
    CHECK(call.parameter("created[gte]") == "5");
    CHECK(call.parameter("x") == "a&b=c d");
    CHECK(call.headers.at("authorization") == "Bearer sk_test_0123456789abcdef");
    CHECK(call.headers.at("stripe-version") == asked_api_version);
    CHECK(call.headers.at("stripe-account") == "acct_1");
}

TEST_CASE("client: a removal is a DELETE and what is asked next is a question again") {
    asked of({error(500), good(), error(404), good()});
    const auto until = std::chrono::steady_clock::time_point::max();
    const request what{.path = "/v1/subscriptions/sub_1"};
    CHECK(of.client.remove(what, until).has_value());
    const auto gone = of.client.remove(what, until);
    REQUIRE_FALSE(gone.has_value());
    CHECK(gone.error().status == 404);
    CHECK(of.client.get(what).has_value());
    REQUIRE(of.calls.size() == 4);
    for (const std::size_t call : {0U, 1U, 2U}) {
        CHECK(of.calls[call].method == "DELETE");
        CHECK(of.calls[call].parameters.empty());
    }
    CHECK(of.calls[3].method == "GET");
}

TEST_CASE("client: what is shown was read at the reply's date or before") {
    asked of({good()});
    const auto came = of.client.get({.path = "/v1/customers/cus_1"});
    REQUIRE(came.has_value());
    REQUIRE(came->as_of.has_value());
    // The call took some milliseconds at least, which count as a whole second.
    CHECK(*came->as_of < noon);
    CHECK(*came->as_of >= noon - 60s);
    CHECK(to_unix_seconds(*came->as_of) == came->as_of->time_since_epoch() / 1s);
}

TEST_CASE("client: an account that is none is refused before anything is sent") {
    asked of({good()});
    const auto came =
        of.client.get({.path = "/v1/events", .query = {}, .account = "acct_1\r\nX-Evil: 1"});
    REQUIRE(came.has_error());
    CHECK(to_text(came.error()) == "400 account_invalid");
    CHECK(of.calls.empty());
}

TEST_CASE("client: what may pass is tried again and what is refused is not") {
    // clang-format off
    const struct {
        std::string name;
        api_answer first;
        bool again;
    } rows[] = {
        {"a rate limit", error(429, {{"Stripe-Rate-Limited-Reason", "endpoint-rate"}}), true},
        {"a lock", error(409), true},
        {"Stripe's fault", error(500), true},
        {"a gateway's fault", error(503), true},
        {"a cut connection", faulty(api_fault::cut), true},
        {"an answer that is no JSON", {.status = 200, .body = "<html>"}, true},
        {"a fault that shall not be tried", error(500, {{"Stripe-Should-Retry", "false"}}), false},
        {"a refusal that shall be tried", error(402, {{"Stripe-Should-Retry", "true"}}), true},
        {"a wrong key", error(401), false},
        {"nothing of that name", error(404), false},
        {"a redirect", error(302, {{"Location", "http://127.0.0.1:1/"}}), false},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.name);
        asked of({row.first, good()});
        const auto came = of.client.get({.path = "/v1/customers/cus_1"});
        CHECK(came.has_value() == row.again);
        CHECK(of.calls.size() == (row.again ? 2 : 1));
        CHECK(of.pauses.size() == (row.again ? 1 : 0));
    }
}

TEST_CASE("client: a refusal shows words and ids and never the message") {
    asked of({
        error(404, {{"Request-Id", "req_1"}}
         )
    });
    const auto came = of.client.get({.path = "/v1/customers/cus_1"});
    REQUIRE(came.has_error());
    CHECK(came.error().status == 404);
    CHECK(to_text(came.error()) == "404 resource_missing (req_1)");
}

TEST_CASE("client: after all tries the last trouble is told") {
    client_settings told;
    told.retries.attempts = 3;
    asked limited(
        {
            error(429, {{"Stripe-Rate-Limited-Reason", "global-rate"}}
             )
    },
        told
    );
    std::vector<trouble> seen;
    limited.client.on_trouble([&](const trouble& what) { seen.push_back(what); });
    CHECK(
        failure_of(limited) ==
        "retryable: Stripe, GET /v1/customers/cus_1: 429 global-rate after 3 tries"
    );
    CHECK(limited.client.requests() == 3);
    REQUIRE(seen.size() == 2);
    CHECK(seen.front().status == 429);
    CHECK(seen.front().why == "global-rate");
    CHECK(seen.front().pause == limited.pauses.front());
    asked cut({faulty(api_fault::cut)}, told);
    CHECK(failure_of(cut) == "retryable: Stripe, GET /v1/customers/cus_1: cut after 3 tries");
}

TEST_CASE("client: an answer that does not end is given up") {
    client_settings told;
    told.retries.attempts = 2;
    told.bounds.whole = 200ms;
    asked slow({faulty(api_fault::hang)}, told);
    CHECK(failure_of(slow) == "retryable: Stripe, GET /v1/customers/cus_1: slow after 2 tries");
    CHECK(slow.calls.size() == 2);
}

TEST_CASE("client: an answer without bound is not read") {
    client_settings told;
    told.bounds.body_bytes = 20;
    asked large({good()}, told);
    CHECK(failure_of(large) == "final: Stripe, GET /v1/customers/cus_1: too_large after 1 tries");
}

TEST_CASE("client: a wish to stop ends the waiting") {
    asked of({error(500)});
    of.stop_at = 2;
    CHECK(failure_of(of) == "retryable: Stripe, GET /v1/customers/cus_1: stopped while waiting");
    CHECK(of.calls.size() == 2);
}

TEST_CASE("client: nobody listening is a failure that may pass") {
    client_settings told;
    told.retries.attempts = 1;
    told.key = secret("sk_test_0123456789abcdef");
    {
        const simulator::api_server gone([](const simulator::api_call&) { return api_answer{}; });
        told.base = gone.base();
    }
    client alone(told, [](std::chrono::milliseconds) { return true; });
    try {
        static_cast<void>(alone.get({.path = "/v1/events"}));
        FAIL("there was an answer");
    } catch (const failure& why) {
        CHECK(why.retryable);
        CHECK(why.what() == std::string("Stripe, GET /v1/events: unreachable after 1 tries"));
    }
}

TEST_CASE("client: a key says its mode") {
    CHECK(livemode_of(secret("sk_live_1")) == true);
    CHECK(livemode_of(secret("rk_test_1")) == false);
    CHECK(livemode_of(secret("sk_1")) == std::nullopt);
    CHECK(livemode_of(secret("")) == std::nullopt);
}

}  // namespace billhook::stripe
