#include "tools/simulator/events_api.hpp"

#include "tests/tools/simulator/plans_for_tests.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <set>
#include <string>
#include <vector>

// What the simulated Stripe's API serves of lives whose events do not say it all.
namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;

struct served {
    explicit served(std::set<std::string> kinds)
        : lives(make_scenario(
              {.organizations = 12,
               .months = 3,
               .seed = 3,
               .end = end,
               .prefix = "Test",
               .livemode = false,
               .kinds = std::move(kinds)},
              plans_for_tests()
          )),
          api(lives, settings()) {}

    static events_api_settings settings() {
        events_api_settings with;
        with.now = [] { return end; };
        return with;
    }
    [[nodiscard]] api_answer answer(const std::string& path) {
        api_call call;
        call.method = "GET";
        call.path = path;
        call.headers["authorization"] = "Bearer " + settings().key;
        call.parameters = {
            {"limit", "100"}
        };
        return api.answer(call);
    }
    [[nodiscard]] boost::json::array list(const std::string& path) {
        const auto got = answer(path);
        REQUIRE(got.status == 200);
        return boost::json::parse(got.body).at("data").as_array();
    }
    static constexpr instant end = from_unix_seconds(1'790'000'000);
    std::vector<organization_life> lives;
    events_api api;
};

TEST_CASE("events api: a Checkout that is still open is listed though no event told of it") {
    served of({"checkout_left"});
    std::size_t open = 0;
    std::size_t expired = 0;
    for (const auto& session : of.list("/v1/checkout/sessions")) {
        open += session.at("status") == "open" ? 1 : 0;
        expired += session.at("status") == "expired" ? 1 : 0;
    }
    CHECK(open == of.lives.size());
    CHECK(expired == of.lives.size());
}

TEST_CASE("events api: what began unheard is there to be read") {
    served of({"changes_address"});
    CHECK(of.list("/v1/subscriptions").size() == of.lives.size());
    for (const auto& life : of.lives) {
        CHECK(life.stripe->told().subscriptions.empty());
        CHECK(of.answer("/v1/customers/" + life.row->stripe_customer).status == 200);
    }
}

TEST_CASE("events api: an object is served as it is at last") {
    served paused({"paused_on_request"});
    for (const auto& shown : paused.list("/v1/subscriptions")) {
        CHECK(shown.at("status") == "paused");
    }
    served moved({"key_moved"});
    for (const auto& shown : moved.list("/v1/subscriptions")) {
        CHECK(shown.at("items").at("data").at(0).at("price").at("lookup_key").is_null());
    }
    served merchants({"merchant_sells"});
    for (const auto& life : merchants.lives) {
        const auto theirs = life.merchant->told().subscriptions.begin()->first;
        CHECK(merchants.answer("/v1/subscriptions/" + theirs).status == 404);
    }
}

TEST_CASE("events api: odd text is escaped in objects as it is in events") {
    served of({"odd_text"});
    const auto got =
        of.answer("/v1/customers/" + of.lives.front().stripe->told().customers.begin()->first);
    CHECK(got.body.find(R"(a\u0000b\ud83dc)") != got.body.npos);
}

}  // namespace
}  // namespace billhook::simulator
