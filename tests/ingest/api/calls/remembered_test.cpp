#include "ingest/api/calls/remembered.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook::api {
namespace {

using namespace std::chrono_literals;
using http::problem_code;

const remembered_answers::time begin{};

keyed_call called(const char* organization, const char* key, const char* digest = "a") {
    return {organization_id{organization}, key, digest};
}

http::response answer(const std::string& body, int status = 200) {
    http::response reply;
    reply.status = status;
    reply.body = body;
    return reply;
}

problem_code code_of(const std::optional<http::response>& reply) {
    REQUIRE(reply.has_value());
    REQUIRE(reply->problem.has_value());
    return *reply->problem;
}

}  // namespace

TEST_CASE("remembered: a key is answered once for all and to its organization alone") {
    remembered_answers all{100};
    const auto one = called("org_1", "k");
    CHECK_FALSE(all.begin(one, begin).has_value());
    CHECK(code_of(all.begin(one, begin)) == problem_code::operation_in_progress);
    CHECK(
        code_of(all.begin(called("org_1", "k", "b"), begin)) == problem_code::idempotency_key_reused
    );
    all.end(one, answer("first", 201));
    const auto again = all.begin(one, begin + 23h);
    REQUIRE(again.has_value());
    CHECK(again->status == 201);
    CHECK(again->body == "first");
    REQUIRE(again->more.size() == 1);
    CHECK(again->more[0].first == "Idempotent-Replayed");
    CHECK(
        code_of(all.begin(called("org_1", "k", "b"), begin)) == problem_code::idempotency_key_reused
    );
    CHECK_FALSE(all.begin(called("org_2", "k"), begin).has_value());
    CHECK_FALSE(all.begin(called("org_1", "l"), begin).has_value());
    // A day later it is new.
    CHECK_FALSE(all.begin(one, begin + 24h).has_value());
}

TEST_CASE("remembered: what may be repeated is made again") {
    struct row {
        http::response told;
        bool is_kept;
    };
    const row rows[] = {
        {answer("", 200), true},
        {answer("", 201), true},
        {http::to_response({problem_code::malformed_body}), true},
        {http::to_response({problem_code::already_subscribed}), true},
        {http::to_response({problem_code::card_declined}), true},
        {http::to_response({problem_code::operation_in_progress}), false},
        {http::to_response({problem_code::stripe_unavailable}), false},
        {http::to_response({problem_code::log_unavailable}), false},
        {http::to_response({problem_code::stripe_refused}), false},
        {http::to_response({problem_code::internal_error}), false},
    };
    for (const row& each : rows) {
        CAPTURE(each.told.body);
        remembered_answers all{100};
        const auto one = called("org_1", "k");
        CHECK_FALSE(all.begin(one, begin).has_value());
        all.end(one, each.told);
        CHECK(all.begin(one, begin).has_value() == each.is_kept);
    }
    remembered_answers all{100};
    CHECK_FALSE(all.begin(called("org_1", "k"), begin).has_value());
    all.forget(called("org_1", "k"));
    CHECK_FALSE(all.begin(called("org_1", "k"), begin).has_value());
}

TEST_CASE("remembered: of more keys than fit the oldest gives way") {
    remembered_answers all{3};
    for (const char* const key : {"a", "b", "c"}) {
        CHECK_FALSE(all.begin(called("org_1", key), begin).has_value());
        all.end(called("org_1", key), answer(key));
    }
    CHECK_FALSE(all.begin(called("org_1", "d"), begin).has_value());
    CHECK(all.begin(called("org_1", "c"), begin).has_value());
    CHECK_FALSE(all.begin(called("org_1", "a"), begin).has_value());
}

TEST_CASE("remembered: what is a key") {
    const auto with = [](std::initializer_list<std::string> keys, const std::string& body = "") {
        http::request what;
        what.head.method = "POST";
        what.head.target = "/";
        what.body = body;
        for (const auto& each : keys) {
            what.head.fields.add("idempotency-key", each);
        }
        return keyed_call_from(what, organization_id{"org_1"});
    };
    CHECK_FALSE(with({})->has_value());
    CHECK((*with({"k"}))->key == "k");
    CHECK(with({std::string(255, 'k')}).has_value());
    CHECK((*with({"k"}, "a"))->digest != (*with({"k"}, "b"))->digest);
    for (const auto& bad :
         {std::string(), std::string(256, 'k'), std::string("a b"), std::string("\xc3\xa9")}) {
        CHECK(with({bad}).error().code == problem_code::bad_idempotency_key);
    }
    CHECK(with({"k", "k"}).error().code == problem_code::bad_idempotency_key);
}

}  // namespace billhook::api
