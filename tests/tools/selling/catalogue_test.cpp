#include "schemas/io/stripe_api/client.hpp"
#include "schemas/stripe/event_type.hpp"
#include "tests/builders/life.hpp"
#include "tools/selling/apply.hpp"
#include "tools/simulator/selling_api.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

// What `billhook catalogue` does at a Stripe that has nothing, something, and what somebody else
// made of it.
namespace billhook::selling {
namespace {

const std::string endpoint = "https://hooks.example.com/stripe/webhook";

// A simulated Stripe, a client of it, and what it was asked to do.
struct account {
    explicit account(std::vector<simulator::price> prices = {})
        : api(
              {.key = "sk_test_simulated0000000",
               .now = [] { return instant{}; },
               .fault =
                   [this](const simulator::api_call& call) {
                       const std::lock_guard lock(guard);
                       writes.push_back(call.path);
                       return fault;
                   },
               .prices = std::move(prices)}
          ),
          server([this](const simulator::api_call& call) { return api.answer(call); }, 0),
          client(settings(), [](std::chrono::milliseconds) { return true; }) {}

    [[nodiscard]] stripe::client_settings settings() const {
        stripe::client_settings told;
        told.base = server.base();
        told.key = secret{"sk_test_simulated0000000"};
        return told;
    }
    [[nodiscard]] account_shown shown() {
        auto read = read_account(client);
        REQUIRE(read.has_value());
        return *std::move(read);
    }
    // All that is left to do, done; how it ended.
    applied bring_to(const wanted_account& wanted) {
        auto now = shown();
        const auto end = apply(client, wanted, now, [this](const secret& what) {
            secrets.push_back(what.reveal());
            return keeps;
        });
        if (end.end == apply_end::done) {
            CHECK(steps_to(wanted, shown()).steps.empty());  // as Stripe itself says
        }
        return end;
    }

    std::mutex guard;
    std::vector<std::string> writes;
    std::vector<std::string> secrets;
    simulator::write_fault fault = simulator::write_fault::none;
    bool keeps = true;
    simulator::selling_api api;
    simulator::api_server server;
    stripe::client client;
};

// basic, pro and enterprise, each by the month and by the year.
catalogue three_plans() {
    catalogue all = builders::example_plans();
    plan pro = all.plans.front();
    pro.key = "pro";
    pro.name = "Pro";
    pro.lookup_keys = {"pro_monthly", "pro_yearly"};
    pro.prices.clear();
    pro.products.clear();
    all.plans.insert(all.plans.begin() + 1, pro);
    return all;
}

wanted_account wanted(const wish& told = {}) {
    auto all = wanted_from(three_plans(), told);
    REQUIRE(all.has_value());
    return *std::move(all);
}

const price_shown& price_by(const account_shown& shown, const std::string& lookup_key) {
    const auto found = std::ranges::find(shown.prices, lookup_key, &price_shown::lookup_key);
    REQUIRE(found != shown.prices.end());
    return *found;
}

bool says(const std::vector<std::string>& lines, const std::string& text) {
    return std::ranges::any_of(lines, [&](const auto& each) {
        return each.find(text) != each.npos;
    });
}

}  // namespace

TEST_CASE("catalogue: an empty account gets all that is sold and the second time nothing") {
    account stripe;
    const auto all = wanted({.yearly = {"pro=79000"}, .endpoint = endpoint});
    const auto planned = steps_to(all, stripe.shown());
    CHECK(stripe.writes.empty());
    CHECK(planned.notes.empty());
    CHECK(planned.steps.size() == 3 + 4 + 1 + 1);
    CHECK(stripe.bring_to(all).steps == planned.steps.size());

    const auto shown = stripe.shown();
    CHECK(price_by(shown, "basic_monthly").amount_minor == 2'900);
    CHECK(price_by(shown, "pro_monthly").amount_minor == 7'900);
    CHECK(price_by(shown, "enterprise_monthly").amount_minor == 19'900);
    CHECK(price_by(shown, "pro_yearly").amount_minor == 79'000);
    CHECK(price_by(shown, "pro_yearly").interval == "year");
    CHECK(price_by(shown, "pro_yearly").product == "billhook_pro");
    CHECK(price_by(shown, "pro_yearly").currency == "usd");
    REQUIRE(shown.endpoints.size() == 1);
    CHECK(shown.endpoints[0].api_version == stripe::asked_api_version);
    CHECK(shown.endpoints[0].enabled);
    CHECK(shown.endpoints[0].events.size() == stripe::used_types().size());
    for (const auto& each : stripe::used_types()) {
        CHECK(shown.endpoints[0].events.contains(std::string(each.name)));
    }
    CHECK(stripe.secrets == std::vector<std::string>{"whsec_simulated0001"});
    CHECK(portal_of(shown) == "bpc_sold0001");
    CHECK(endpoint_of(all, shown) == "we_sold0001");

    const auto written = stripe.writes.size();
    CHECK(stripe.bring_to(all).steps == 0);
    CHECK(stripe.writes.size() == written);
}

TEST_CASE("catalogue: an amount is never changed but a new price takes its key") {
    account stripe;
    REQUIRE(stripe.bring_to(wanted()).end == apply_end::done);
    const auto former = price_by(stripe.shown(), "pro_monthly");
    const auto dearer = wanted({.monthly = {"pro=8900"}});
    const auto planned = steps_to(dearer, stripe.shown());
    CHECK(says({planned.steps.at(0).words}, former.id));
    CHECK(stripe.bring_to(dearer).end == apply_end::done);
    const auto now = stripe.shown();
    CHECK(price_by(now, "pro_monthly").amount_minor == 8'900);
    CHECK(price_by(now, "pro_monthly").id != former.id);
    CHECK(price_by(now, "pro_monthly").product == former.product);
    // Sold no more, and still there for who pays it.
    CHECK(std::ranges::count(now.prices, former.id, &price_shown::id) == 0);
    const auto kept = stripe.client.get({.path = "/v1/prices/" + former.id});
    REQUIRE(kept.has_value());
    CHECK(kept->body.root().find("unit_amount").as_int64() == 7'900);
    CHECK(kept->body.root().find("active").as_bool() == false);
    CHECK(kept->body.root().find("lookup_key").is_null());
    // What is not said stays as it is.
    const auto silent = steps_to(wanted(), now);
    CHECK(silent.steps.empty());
    CHECK(says(silent.notes, "pro_monthly costs 8900 usd and stays so"));
}

TEST_CASE("catalogue: prices of another's making are used and never ended") {
    simulator::price theirs;
    theirs.id = "price_theirs";
    theirs.product = "prod_theirs";
    theirs.lookup_key = "basic_monthly";
    theirs.amount_minor = 3'500;
    auto beside = theirs;
    beside.id = "price_beside";
    beside.lookup_key.clear();
    account stripe({theirs, beside});
    const auto planned = steps_to(wanted(), stripe.shown());
    CHECK(says(planned.notes, "basic_monthly costs 3500 usd"));
    CHECK(says(planned.notes, "price_beside sells plan basic by the month, too"));
    CHECK(stripe.bring_to(wanted()).end == apply_end::done);
    const auto shown = stripe.shown();
    CHECK(price_by(shown, "basic_monthly").id == "price_theirs");
    CHECK(std::ranges::count(shown.prices, "price_beside", &price_shown::id) == 1);
    CHECK(std::ranges::count(shown.products, "billhook_basic", &product_shown::id) == 0);
}

TEST_CASE("catalogue: what drifted is shown and mended") {
    account stripe;
    const auto all = wanted({.endpoint = endpoint});
    REQUIRE(stripe.bring_to(all).end == apply_end::done);
    struct row {
        const char* path;
        stripe::parameters form;
        const char* shown_as;
    };
    const row rows[] = {
        {"/v1/products/billhook_pro",                      {{"name", "Best"}},    "rename product billhook_pro"    },
        {"/v1/products/billhook_pro",                      {{"active", "false"}}, "sell again product billhook_pro"},
        {"/v1/prices/price_sold0002",                      {{"active", "false"}}, "make a price: 7900 usd"         },
        {"/v1/billing_portal/configurations/bpc_sold0001",
         {{"features[subscription_cancel][enabled]", "false"}},
         "change configuration bpc_sold0001"                                                                       },
        {"/v1/webhook_endpoints/we_sold0001",
         {{"disabled", "true"}},
         "change endpoint we_sold0001"                                                                             },
        {"/v1/webhook_endpoints/we_sold0001",
         {{"enabled_events[0]", "*"}},
         "change endpoint we_sold0001"                                                                             },
    };
    int number = 0;
    for (const row& each : rows) {
        CAPTURE(each.path);
        REQUIRE(stripe.client
                    .post(
                        {.path = each.path,
                         .form = each.form,
                         .key = "drift" + std::to_string(++number),
                         .until = std::chrono::steady_clock::now() + std::chrono::seconds{30}}
                    )
                    .has_value());
        const auto planned = steps_to(all, stripe.shown());
        REQUIRE_FALSE(planned.steps.empty());
        CHECK(says({planned.steps[0].words}, each.shown_as));
        CHECK(stripe.bring_to(all).end == apply_end::done);
    }
    CHECK(stripe.secrets.size() == 1);
}

TEST_CASE("catalogue: an endpoint of another version is left and told of beside a new one") {
    account stripe;
    REQUIRE(
        stripe.client
            .post({
                .path = "/v1/webhook_endpoints",
                .form =
                    {{"url", endpoint}, {"enabled_events[0]", "*"}, {"api_version", "2020-08-27"}},
                .key = "before",
                .until = std::chrono::steady_clock::now() + std::chrono::seconds{30}
    })
            .has_value()
    );
    const auto all = wanted({.endpoint = endpoint});
    CHECK(stripe.bring_to(all).end == apply_end::done);
    const auto shown = stripe.shown();
    CHECK(shown.endpoints.size() == 2);
    CHECK(endpoint_of(all, shown) == "we_sold0002");
    CHECK(says(
        steps_to(all, shown).notes,
        "endpoint we_sold0001 sends there as well, in version 2020-08-27"
    ));
}

TEST_CASE("catalogue: what ends in the middle is named and goes on from there") {
    account stripe;
    const auto all = wanted({.endpoint = endpoint});
    SUBCASE("the secret is not kept") {
        stripe.keeps = false;
        const auto end = stripe.bring_to(all);
        CHECK(end.end == apply_end::secret_lost);
        CHECK(end.at->about == step_kind::endpoint);
        CHECK(stripe.bring_to(all).steps == 0);  // it is there
    }
    SUBCASE("Stripe refuses") {
        stripe.fault = simulator::write_fault::declined;
        const auto end = stripe.bring_to(all);
        CHECK(end.end == apply_end::refused);
        CHECK(end.why->status == 402);
        CHECK(end.steps == 0);
        stripe.fault = simulator::write_fault::none;
        CHECK(stripe.bring_to(all).end == apply_end::done);
    }
    SUBCASE("answers are lost") {
        stripe.fault = simulator::write_fault::lost;
        CHECK(stripe.bring_to(all).end == apply_end::done);  // asked again under the same key
        CHECK(stripe.shown().products.size() == 3);
        CHECK(stripe.shown().prices.size() == 3);
    }
}

TEST_CASE("catalogue: what is asked for wrongly is said at once and whole") {
    struct row {
        wish told;
        std::vector<std::string> said;
    };
    const row rows[] = {
        {{.monthly = {"pro"}},                        {"--monthly pro: is not PLAN=AMOUNT"}      },
        {{.monthly = {"pro=79.00"}},                  {"--monthly pro=79.00: is not PLAN=AMOUNT"}},
        {{.monthly = {"pro=-1"}},                     {"is not PLAN=AMOUNT"}                     },
        {{.monthly = {"gold=100", "pro=1", "pro=2"}}, {"there is no plan gold", "says it twice"} },
        {{.currency = "USD"},                         {"--currency"}                             },
        {{.endpoint = "http://hooks.example.com/"},   {"begin with https://"}                    },
    };
    for (const row& each : rows) {
        CAPTURE(each.said.front());
        const auto all = wanted_from(three_plans(), each.told);
        REQUIRE(all.has_error());
        CHECK(all.error().size() == each.said.size());
        for (const std::string& one : each.said) {
            CHECK(says(all.error(), one));
        }
    }
    // A fourth plan has no default, and of several keys none is guessed.
    auto plans = three_plans();
    auto fourth = plans.plans.back();
    fourth.key = "fourth";
    fourth.lookup_keys = {"a", "b"};
    plans.plans.push_back(fourth);
    const auto silent = wanted_from(plans, {});
    REQUIRE(silent.has_error());
    CHECK(says(silent.error(), "plan fourth: what does it cost?"));
    const auto unclear = wanted_from(plans, {.monthly = {"fourth=100"}});
    REQUIRE(unclear.has_error());
    CHECK(says(unclear.error(), "put fourth_monthly into its lookup_keys"));
}

}  // namespace billhook::selling
