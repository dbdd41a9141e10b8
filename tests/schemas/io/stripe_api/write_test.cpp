#include "tests/schemas/io/stripe_api/asked.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::stripe {
namespace {

using namespace std::chrono_literals;
using simulator::api_answer;
using simulator::api_fault;

api_answer good() {
    return {
        .status = 200,
        .headers = {{"Request-Id", "req_1"}},
        .body = R"({"id":"cus_1","object":"customer"})"};
}

api_answer error(
    int status,
    const std::string& code,
    std::map<std::string, std::string> headers = {}
) {
    headers.emplace("Request-Id", "req_2");
    return {
        .status = status,
        .headers = std::move(headers),
        .body = R"({"error":{"type":"simulated_error","code":")" + code +
                R"(","decline_code":"do_not_honor"}})"};
}

writing customer(std::chrono::milliseconds within = 30s) {
    return {
        .path = "/v1/customers",
        .form = {{"metadata[organization_id]", "a&b=c ü"}, {"name", ""}},
        .key = "billhook-1",
        .until = std::chrono::steady_clock::now() + within
    };
}

// "200", "402 card_declined (req_2)", "retryable" or "final".
std::string outcome_of(asked& of, const writing& what) {
    try {
        const auto told = of.client.post(what);
        return told ? std::string(told->replayed ? "replayed" : "200") : to_text(told.error());
    } catch (const failure& why) {
        return why.retryable ? "retryable" : "final";
    }
}

}  // namespace

TEST_CASE("post: a form under its key and in the version that is pinned") {
    asked of({good()});
    CHECK(outcome_of(of, customer()) == "200");
    REQUIRE(of.calls.size() == 1);
    const auto& call = of.calls.front();
    CHECK(call.method == "POST");
    CHECK(call.path == "/v1/customers");
    CHECK(call.parameter("metadata[organization_id]") == "a&b=c ü");
    CHECK(call.parameters.size() == 2);
    CHECK(call.headers.at("idempotency-key") == "billhook-1");
    CHECK(call.headers.at("content-type") == "application/x-www-form-urlencoded");
    CHECK(call.headers.at("stripe-version") == asked_api_version);
    CHECK(call.headers.at("authorization") == "Bearer sk_test_0123456789abcdef");
    // The same connection reads afterwards.
    CHECK(of.client.get({.path = "/v1/customers/cus_1"}).has_value());
    CHECK(of.calls.back().method == "GET");
    CHECK_FALSE(of.calls.back().headers.contains("idempotency-key"));
}

TEST_CASE("post: what is tried again under the same key and what is not") {
    auto cut = good();
    cut.fault = api_fault::cut;
    const auto replayed = [](api_answer what) {
        what.headers["Idempotent-Replayed"] = "true";
        return what;
    };
    const auto says = [](api_answer what, const char* again) {
        what.headers["Stripe-Should-Retry"] = again;
        return what;
    };
    struct row {
        std::vector<api_answer> answers;
        const char* outcome;
        std::size_t calls;
    };
    const row rows[] = {
        {{cut, replayed(good())},                          "replayed",                      2},
        {{error(500, ""), good()},                         "200",                           2},
        {{error(503, ""), error(503, ""), error(503, "")}, "retryable",                     3},
        {{error(500, ""), replayed(error(500, ""))},       "500 simulated_error (req_2)",   2},
        {{error(409, "idempotency_key_in_use"), good()},   "200",                           2},
        {{error(409, "idempotency_key_in_use"),
          error(409, "idempotency_key_in_use"),
          error(409, "idempotency_key_in_use"),
          error(409, "idempotency_key_in_use"),
          good()},
         "200",                                                                             5},
        {{error(409, "lock_timeout"), good()},             "200",                           2},
        {{error(429, "rate_limit"), good()},               "429 rate_limit (req_2)",        1},
        {{error(429, "lock_timeout"), good()},             "200",                           2},
        {{says(error(429, "rate_limit"), "true"), good()}, "200",                           2},
        {{says(error(500, ""), "false"), good()},          "500 simulated_error (req_2)",   1},
        {{error(402, "card_declined"), good()},            "402 card_declined (req_2)",     1},
        {{error(400, "parameter_unknown"), good()},        "400 parameter_unknown (req_2)", 1},
        {{error(401, "api_key_invalid"), good()},          "401 api_key_invalid (req_2)",   1},
        {{{.status = 200, .body = "<html>"}, good()},      "200",                           2},
    };
    for (const row& each : rows) {
        CAPTURE(each.outcome);
        client_settings told;
        told.retries.attempts = 3;
        asked of(each.answers, told);
        CHECK(outcome_of(of, customer()) == each.outcome);
        CHECK(of.calls.size() == each.calls);
        for (const auto& call : of.calls) {
            CHECK(call.headers.at("idempotency-key") == "billhook-1");
        }
    }
}

TEST_CASE("post: nothing is tried beyond the caller's time") {
    asked late({error(503, "")});
    CHECK(outcome_of(late, customer(-1s)) == "retryable");
    CHECK(late.calls.empty());
    // A pause that would end after it is not begun.
    asked busy({
        error(503, "", {{"Retry-After", "60"}}
          )
    });
    CHECK(outcome_of(busy, customer(10s)) == "retryable");
    CHECK(busy.calls.size() == 1);
    CHECK(busy.pauses.empty());
    // Nor does an answer that does not end keep him.
    auto hangs = good();
    hangs.fault = api_fault::hang;
    asked slow({hangs});
    CHECK(outcome_of(slow, customer(200ms)) == "retryable");
    CHECK(slow.calls.size() == 1);
}

TEST_CASE("post: a declined card keeps Stripe's word for it") {
    asked of({error(402, "card_declined")});
    const auto told = of.client.post(customer());
    REQUIRE_FALSE(told.has_value());
    CHECK(told.error().decline == "do_not_honor");
    CHECK(told.error().request == "req_2");
}

}  // namespace billhook::stripe
