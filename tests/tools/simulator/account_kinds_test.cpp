#include "tools/simulator/account.hpp"
#include "tools/simulator/render.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <string>
#include <vector>

// The shapes and events of what an account does beyond sign-up, renewal and dunning.
namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using std::chrono::days;

const instant day_0 = from_unix_seconds(1'767'225'600);  // 2026-01-01

price basic() {
    return {"price_basic", "prod_basic", "basic_monthly", "Basic", 2900, 0};
}
price enterprise() {
    return {"price_enterprise", "prod_enterprise", "enterprise_monthly", "Enterprise", 9900, 1};
}

account_settings exact(std::string version) {
    account_settings settings;
    settings.prefix = "Test";
    settings.api_versions = {std::move(version)};
    settings.period = days{30};
    settings.retries = {days{3}, days{5}};
    return settings;
}

struct fixture {
    explicit fixture(const account_settings& settings = exact("2026-09-30.endive"))
        : stripe(settings, day_0), customer(stripe.create_customer({})) {
        stripe.set_card(customer, card::good);
    }
    std::string subscribe(subscribe_options options = {}) {
        options.price = basic();
        options.flexible = true;
        return stripe.subscribe(customer, options);
    }
    [[nodiscard]] boost::json::object last(const std::string& type) const {
        for (auto at = stripe.events().size(); at > 0; --at) {
            if (stripe.events()[at - 1].type == type) {
                return boost::json::parse(stripe.events()[at - 1].bodies.front()).as_object();
            }
        }
        FAIL("no event of this type: ", type);
        return {};
    }
    [[nodiscard]] boost::json::object object_of_last(const std::string& type) const {
        return last(type).at("data").at("object").as_object();
    }
    account stripe;
    std::string customer;
};

constexpr const char* s_updated = "customer.subscription.updated";

TEST_CASE("account: a pause says why from endive on") {
    for (const bool endive : {false, true}) {
        CAPTURE(endive);
        fixture f(exact(endive ? "2026-09-30.endive" : "2026-03-25.dahlia"));
        const auto made = f.subscribe();
        CHECK(
            f.object_of_last("customer.subscription.created").contains("status_details") == endive
        );
        f.stripe.pause(made);
        const auto paused = f.object_of_last("customer.subscription.paused");
        CHECK(paused.at("status") == "paused");
        CHECK(paused.contains("status_details") == endive);
        CHECK(
            f.stripe.told().subscriptions.at(made).history.back().pause_reason ==
            (endive ? "pause_requested" : "")
        );
        if (endive) {
            const auto& why = paused.at("status_details").at("paused");
            CHECK(why.at("subscription").at("type") == "pause_requested");
            CHECK(why.at("transitioned_at") == to_unix_seconds(day_0));
        }
        f.stripe.resume(made);
        CHECK(f.object_of_last("customer.subscription.resumed").at("status") == "active");
    }
}

TEST_CASE("account: a failed renewal pauses at once or in a while or after the last retry") {
    struct row {
        std::optional<std::chrono::seconds> after;
        dunning_end end;
        std::chrono::seconds paused;  // since the failure
        const char* type;
    };
    const std::vector<row> rows{
        {0s,           dunning_end::past_due, 0s,      "first_payment_failure"},
        {5s,           dunning_end::past_due, 5s,      "first_payment_failure"},
        {std::nullopt, dunning_end::pause,    days{5}, "final_payment_failure"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.type);
        auto settings = exact("2026-09-30.endive");
        settings.pause_after_failure = row.after;
        settings.at_end = row.end;
        fixture f(settings);
        const auto made = f.subscribe();
        f.stripe.set_card(f.customer, card::declining);
        const auto paused = day_0 + days{30} + 1h + row.paused;
        f.stripe.advance_to(paused - 1s);
        CHECK(f.stripe.at(made).status != "paused");
        f.stripe.advance_to(paused);
        CHECK(f.stripe.at(made).status == "paused");
        CHECK(f.stripe.at(made).pause_reason == row.type);
        f.stripe.set_card(f.customer, card::good);
        f.stripe.pay(f.stripe.at(made).latest_invoice);
        CHECK(f.stripe.at(made).status == "active");
    }
}

TEST_CASE("account: an upgrade aside is pending until it expires with its invoice or is applied") {
    fixture f;
    const auto made = f.subscribe();
    f.stripe.set_card(f.customer, card::declining);
    f.stripe.change_price_once_paid(made, enterprise());
    const auto bill = f.stripe.at(made).latest_invoice;
    const auto told = f.object_of_last(s_updated);
    CHECK(told.at("status") == "active");
    CHECK(told.at("latest_invoice") == boost::json::value(bill));
    CHECK(told.at("items").at("data").at(0).at("price").at("id") == "price_basic");
    CHECK(
        told.at("pending_update").at("subscription_items").at(0).at("price").at("id") ==
        "price_enterprise"
    );
    CHECK(f.object_of_last("invoice.payment_failed").at("billing_reason") == "subscription_update");
    f.stripe.advance_to(day_0 + 23h);
    CHECK(f.object_of_last("customer.subscription.pending_update_expired")
              .at("pending_update")
              .is_null());
    CHECK(f.object_of_last("invoice.voided").at("id") == boost::json::value(bill));
    f.stripe.change_price_once_paid(made, enterprise());
    f.stripe.set_card(f.customer, card::good);
    f.stripe.pay(f.stripe.at(made).latest_invoice);
    CHECK(
        f.object_of_last("customer.subscription.pending_update_applied")
            .at("items")
            .at("data")
            .at(0)
            .at("price")
            .at("id") == "price_enterprise"
    );
}

TEST_CASE("account: a bill by hand names its subscription where its version has it or in its line"
) {
    for (const bool basil : {false, true}) {
        for (const bool named : {false, true}) {
            CAPTURE(basil);
            CAPTURE(named);
            fixture f(exact(basil ? "2025-03-31.basil" : "2024-06-20"));
            const auto made = f.subscribe();
            f.stripe.set_card(f.customer, card::declining);
            one_off what;
            what.subscription = made;
            what.names_subscription = named;
            f.stripe.bill_once(f.customer, what);
            f.stripe.advance_to(day_0 + 1h);
            const auto bill = f.object_of_last("invoice.payment_failed");
            CHECK(bill.at("billing_reason") == "manual");
            const auto& line = bill.at("lines").at("data").at(0);
            if (basil) {
                CHECK(
                    line.at("parent").at("invoice_item_details").at("subscription") ==
                    boost::json::value(made)
                );
                CHECK(bill.at("parent").is_null() != named);
            } else {
                CHECK(line.at("subscription") == boost::json::value(made));
                CHECK(bill.at("subscription").is_null() != named);
            }
            CHECK(f.stripe.at(made).status == "active");
        }
    }
}

TEST_CASE("account: a key that moved is gone from later bodies and no body tells of the move") {
    for (const auto* version : {"2024-06-20", "2025-09-30.clover"}) {
        CAPTURE(version);
        fixture f(exact(version));
        const auto made = f.subscribe();
        f.stripe.move_lookup_key("price_basic");
        f.stripe.cancel_at_period_end(made);
        const auto told = f.last(s_updated);
        const auto& price = told.at("data").at("object").at("items").at("data").at(0).at("price");
        CHECK(price.at("lookup_key").is_null());
        CHECK(!told.at("data").at("previous_attributes").as_object().contains("items"));
    }
}

TEST_CASE("account: an item billed by use has no quantity and may have a cycle of its own") {
    fixture f;
    subscription_item calls;
    calls.price = {"price_calls", "prod_calls", "", "Calls", 2, std::nullopt};
    calls.price.metered = true;
    calls.period_start = day_0;
    calls.period_end = day_0 + days{7};
    subscribe_options options;
    options.before = {calls};
    options.quantity = 5;
    const auto made = f.subscribe(options);
    CHECK(f.object_of_last("invoice.paid").at("amount_paid") == 5 * 2900);
    f.stripe.advance_to(day_0 + days{8});
    CHECK(f.object_of_last("invoice.paid").at("amount_paid") == 0);
    const auto items = f.object_of_last(s_updated).at("items").at("data").as_array();
    CHECK(!items.at(0).as_object().contains("quantity"));
    CHECK(items.at(0).at("price").at("recurring").at("usage_type") == "metered");
    CHECK(items.at(0).at("current_period_end") == to_unix_seconds(day_0 + days{14}));
    CHECK(items.at(1).at("quantity") == 5);
    CHECK(items.at(1).at("current_period_end") == to_unix_seconds(day_0 + days{30}));
    CHECK(f.stripe.at(made).status == "active");
}

TEST_CASE("account: what costs nothing is paid without a card") {
    for (const auto* version : {"2022-11-15", "2024-06-20", "2025-09-30.clover"}) {
        fixture f(exact(version));
        f.stripe.set_card(f.customer, card::none);
        subscribe_options options;
        options.free_coupon = true;
        const auto made = f.subscribe(options);
        f.stripe.advance_to(day_0 + days{31});
        CHECK(f.stripe.at(made).status == "active");
        CHECK(f.object_of_last("invoice.paid").at("billing_reason") == "subscription_cycle");
        const auto told = f.object_of_last(s_updated);
        const bool by_id = std::string(version) >= "2023-10-16";
        const bool by_hash = std::string(version) < "2025-03-31";
        CHECK((told.contains("discounts") && told.at("discounts").as_array().size() == 1) == by_id);
        CHECK((told.contains("discount") && told.at("discount").is_object()) == by_hash);
    }
}

TEST_CASE("account: a Checkout that is left is listed while open and told once it expires") {
    fixture f;
    f.stripe.leave_checkout(f.customer, "org_2", days{1});
    const auto known = f.stripe.events().size();
    CHECK(f.stripe.checkout_sessions().begin()->second.status == "open");
    f.stripe.advance_to(day_0 + days{1});
    REQUIRE(f.stripe.events().size() == known + 1);
    const auto told = f.object_of_last("checkout.session.expired");
    CHECK(told.at("status") == "expired");
    CHECK(told.at("subscription").is_null());
    CHECK(told.at("client_reference_id") == "org_2");
}

TEST_CASE("account: events of a connected account say whose they are") {
    fixture own;
    CHECK(!own.last("customer.created").contains("account"));
    auto settings = exact("2025-09-30.clover");
    settings.connected = "acct_1";
    fixture theirs(settings);
    CHECK(theirs.last("customer.created").at("account") == "acct_1");
}

TEST_CASE("account: odd text is escaped as JSON has it and nothing of it is lost") {
    fixture f;
    f.stripe.rename_customer(f.customer, std::string("a\0b", 3) + lone_surrogate + "c");
    const auto& body = f.stripe.events().back().bodies.front();
    CHECK(body.find(R"("name":"a\u0000b\ud83dc")") != body.npos);
    CHECK(body.find(lone_surrogate) == body.npos);
}

}  // namespace
}  // namespace billhook::simulator
