#include "tools/simulator/account.hpp"

#include <boost/json.hpp>
#include <doctest/doctest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

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

account_settings exact(std::string version = "2025-03-31.basil") {
    account_settings settings;
    settings.prefix = "Test";
    settings.api_versions = {std::move(version)};
    settings.period = days{30};
    settings.retries = {days{3}, days{5}};
    return settings;
}

using words = std::vector<std::string>;

// Types of the events after the first `known`, in order; side objects left out.
words types_after(const account& of, std::size_t known) {
    words types;
    for (auto at = known; at < of.events().size(); ++at) {
        const auto& type = of.events()[at].type;
        if (type.starts_with("customer.subscription.") || type.starts_with("invoice.")) {
            types.push_back(type);
        }
    }
    return types;
}

boost::json::object body_of(const sent_event& what, std::size_t endpoint = 0) {
    return boost::json::parse(what.bodies.at(endpoint)).as_object();
}

struct fixture {
    explicit fixture(account_settings settings = exact()) : stripe(std::move(settings), day_0) {
        customer = stripe.create_customer({
            {"organization_id", "org_1"}
        });
        stripe.set_card(customer, card::good);
    }
    std::string subscribe(std::chrono::seconds trial = 0s, std::string missing = "create_invoice") {
        subscribe_options options;
        options.price = basic();
        options.trial = trial;
        options.missing_payment_method = std::move(missing);
        return stripe.subscribe(customer, options);
    }
    words types_of(const std::function<void()>& act) {
        const auto known = stripe.events().size();
        act();
        return types_after(stripe, known);
    }
    account stripe;
    std::string customer;
};

constexpr const char* s_created = "customer.subscription.created";
constexpr const char* s_updated = "customer.subscription.updated";
constexpr const char* s_deleted = "customer.subscription.deleted";

TEST_CASE("account: a paid sign-up tells of the subscription and of its invoice up to paid") {
    fixture f;
    CHECK(
        f.types_of([&] { f.subscribe(); }) ==
        words{
            s_created,
            "invoice.created",
            "invoice.updated",
            "invoice.finalized",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded"}
    );
}

TEST_CASE("account: a declined sign-up is incomplete and expires after 23 hours") {
    fixture f;
    f.stripe.set_card(f.customer, card::declining);
    std::string made;
    CHECK(
        f.types_of([&] { made = f.subscribe(); }) ==
        words{
            s_created,
            "invoice.created",
            "invoice.updated",
            "invoice.finalized",
            "invoice.payment_failed",
            "invoice.updated"}
    );
    CHECK(f.stripe.at(made).status == "incomplete");
    CHECK(f.types_of([&] {
        f.stripe.advance_to(day_0 + 23h);
    }) == words{s_updated, "invoice.updated", "invoice.voided"});
    CHECK(f.stripe.at(made).status == "incomplete_expired");
    CHECK(f.types_of([&] { f.stripe.advance_to(day_0 + days{90}); }).empty());
}

TEST_CASE("account: a renewal is drafted at the boundary and paid an hour later") {
    fixture f;
    const auto made = f.subscribe();
    CHECK(f.types_of([&] {
        f.stripe.advance_to(day_0 + days{30});
    }) == words{s_updated, "invoice.created"});
    CHECK(f.stripe.at(made).period_start == day_0 + days{30});
    CHECK(
        f.types_of([&] { f.stripe.advance_to(day_0 + days{30} + 1h); }) ==
        words{
            "invoice.updated",
            "invoice.finalized",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded"}
    );
}

struct end_row {
    const char* name;
    dunning_end end;
    bool write_off;
    words last;
    const char* status;
};

TEST_CASE("account: a failing renewal is retried and then ends as the seller chose") {
    const words failed{"invoice.payment_failed", "invoice.updated"};
    const words written_off{"invoice.updated", "invoice.marked_uncollectible"};
    const words both{s_updated, "invoice.updated", "invoice.marked_uncollectible"};
    // Of a canceled subscription the open invoice stays open: it is only no longer advanced.
    const words canceled{s_deleted, "invoice.updated"};
    const std::vector<end_row> rows{
        {"cancel",               dunning_end::cancel,   false, canceled,    "canceled"},
        {"unpaid",               dunning_end::unpaid,   false, {s_updated}, "unpaid"  },
        {"left past_due",        dunning_end::past_due, false, {},          "past_due"},
        {"written off past_due", dunning_end::past_due, true,  written_off, "past_due"},
        {"written off unpaid",   dunning_end::unpaid,   true,  both,        "unpaid"  },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        auto settings = exact();
        settings.at_end = row.end;
        settings.write_off = row.write_off;
        fixture f(settings);
        const auto made = f.subscribe();
        f.stripe.set_card(f.customer, card::declining);
        f.stripe.advance_to(day_0 + days{30});
        CHECK(
            f.types_of([&] { f.stripe.advance_to(day_0 + days{30} + 1h); }) ==
            words{
                "invoice.updated",
                "invoice.finalized",
                "invoice.payment_failed",
                "invoice.updated",
                s_updated}
        );
        CHECK(f.stripe.at(made).status == "past_due");
        CHECK(f.types_of([&] { f.stripe.advance_to(day_0 + days{33} + 1h); }) == failed);
        auto last = failed;
        last.insert(last.end(), row.last.begin(), row.last.end());
        CHECK(f.types_of([&] { f.stripe.advance_to(day_0 + days{35} + 1h); }) == last);
        CHECK(f.stripe.at(made).status == row.status);
    }
}

TEST_CASE("account: a retry that succeeds makes the subscription active again") {
    fixture f;
    const auto made = f.subscribe();
    f.stripe.set_card(f.customer, card::declining);
    f.stripe.advance_to(day_0 + days{31});
    f.stripe.set_card(f.customer, card::good);
    CHECK(f.types_of([&] {
        f.stripe.advance_to(day_0 + days{34});
    }) == words{"invoice.updated", "invoice.paid", "invoice.payment_succeeded", s_updated});
    CHECK(f.stripe.at(made).status == "active");
}

TEST_CASE("account: authentication is demanded without an attempt and paid by hand") {
    fixture f;
    const auto made = f.subscribe();
    f.stripe.set_card(f.customer, card::needs_action);
    f.stripe.advance_to(day_0 + days{30});
    CHECK(
        f.types_of([&] { f.stripe.advance_to(day_0 + days{30} + 1h); }) ==
        words{
            "invoice.updated",
            "invoice.finalized",
            "invoice.payment_action_required",
            "invoice.updated",
            s_updated}
    );
    f.stripe.set_card(f.customer, card::good);
    f.stripe.pay(f.stripe.at(made).latest_invoice);
    CHECK(f.stripe.at(made).status == "active");
}

TEST_CASE("account: trials convert or pause or cancel by what they were made with") {
    struct trial_row {
        const char* missing;
        card kind;
        words at_end;
        const char* status;
    };
    const words renewed{s_updated, "invoice.created"};
    const words paused{s_updated, "customer.subscription.paused"};
    const std::vector<trial_row> rows{
        {"create_invoice", card::good, renewed,     "active"  },
        {"create_invoice", card::none, renewed,     "active"  },
        {"pause",          card::none, paused,      "paused"  },
        {"cancel",         card::none, {s_deleted}, "canceled"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.missing);
        fixture f;
        f.stripe.set_card(f.customer, row.kind);
        std::string made;
        const auto opening = f.types_of([&] { made = f.subscribe(days{14}, row.missing); });
        CHECK(opening.front() == s_created);
        CHECK(f.stripe.at(made).status == "trialing");
        CHECK(f.types_of([&] {
            f.stripe.advance_to(day_0 + days{11});
        }) == words{"customer.subscription.trial_will_end"});
        CHECK(f.types_of([&] { f.stripe.advance_to(day_0 + days{14}); }) == row.at_end);
        CHECK(f.stripe.at(made).status == row.status);
    }
}

TEST_CASE("account: acts of owners tell what Stripe tells") {
    fixture f;
    const auto made = f.subscribe();
    CHECK(f.types_of([&] { f.stripe.cancel_at_period_end(made); }) == words{s_updated});
    CHECK(f.types_of([&] { f.stripe.undo_cancel(made); }) == words{s_updated});
    CHECK(
        f.types_of([&] { f.stripe.change_price(made, enterprise(), true); }) ==
        words{
            s_updated,
            "invoice.created",
            "invoice.updated",
            "invoice.finalized",
            "invoice.updated",
            "invoice.paid",
            "invoice.payment_succeeded"}
    );
    CHECK(f.types_of([&] { f.stripe.change_price(made, basic(), false); }) == words{s_updated});
    CHECK(f.types_of([&] { f.stripe.cancel_at_period_end(made); }) == words{s_updated});
    CHECK(f.types_of([&] { f.stripe.advance_to(day_0 + days{30}); }) == words{s_deleted});
    CHECK(f.stripe.at(made).status == "canceled");
    CHECK(f.stripe.events().back().type == s_deleted);
}

TEST_CASE("account: a lost event is neither sent nor told") {
    fixture f;
    const auto made = f.subscribe();
    f.stripe.lose("customer.subscription.");
    f.stripe.cancel_now(made, "cancellation_requested");
    CHECK(f.stripe.at(made).status == "canceled");
    CHECK(f.stripe.told().subscriptions.at(made).last.status == "active");
    CHECK(f.stripe.events().back().type != s_deleted);
}

// Lays the replaced values over an object again.
boost::json::object put_back(boost::json::object over, const boost::json::object& replaced) {
    for (const auto& [key, was] : replaced) {
        auto& is = over[key];
        if (was.is_object() && is.is_object()) {
            is = put_back(is.as_object(), was.as_object());
        } else {
            is = was;
        }
    }
    return over;
}

TEST_CASE("account: what an update replaced put back is the state of the update before") {
    for (const auto* version : {"2024-06-20", "2025-03-31.basil", "2025-09-30.clover"}) {
        CAPTURE(version);
        auto settings = exact(version);
        settings.at_end = dunning_end::unpaid;
        fixture f(settings);
        const auto made = f.subscribe();
        f.stripe.cancel_at_period_end(made);
        f.stripe.undo_cancel(made);
        f.stripe.change_price(made, enterprise(), true);
        f.stripe.set_card(f.customer, card::declining);
        f.stripe.advance_to(day_0 + days{40});
        std::map<std::string, boost::json::object> before;
        std::size_t updates = 0;
        for (const auto& sent : f.stripe.events()) {
            CAPTURE(sent.type);
            const auto body = body_of(sent);
            const auto& data = body.at("data").as_object();
            const auto& object = data.at("object").as_object();
            const bool update = sent.type.ends_with(".updated");
            CHECK(data.contains("previous_attributes") == update);
            if (update) {
                const auto& replaced = data.at("previous_attributes").as_object();
                CHECK(!replaced.empty());
                CHECK(put_back(object, replaced) == before.at(sent.object));
                ++updates;
            }
            if (update || sent.type.ends_with(".created")) {
                before[sent.object] = object;
            }
        }
        CHECK(updates > 10);
    }
}

TEST_CASE("account: fields stand where their API version has them") {
    for (const bool basil : {false, true}) {
        CAPTURE(basil);
        fixture f(exact(basil ? "2025-03-31.basil" : "2024-06-20"));
        f.subscribe();
        for (const auto& sent : f.stripe.events()) {
            const auto body = body_of(sent);
            const auto& object = body.at("data").at("object").as_object();
            if (sent.type == s_created) {
                const auto& item = object.at("items").at("data").at(0).as_object();
                CHECK(object.contains("current_period_end") == !basil);
                CHECK(item.contains("current_period_end") == basil);
            }
            if (sent.type == "invoice.paid") {
                CHECK(object.contains("subscription") == !basil);
                CHECK(object.contains("paid") == !basil);
                CHECK(object.contains("parent") == basil);
            }
        }
    }
}

TEST_CASE("account: acts share a request and what Stripe does by itself has none") {
    fixture f;
    f.subscribe();
    const auto known = f.stripe.events().size();
    std::set<std::string> requests;
    for (std::size_t at = 2; at < known; ++at) {
        requests.insert(boost::json::serialize(body_of(f.stripe.events()[at]).at("request")));
    }
    CHECK(requests.size() == 1);
    f.stripe.advance_to(day_0 + days{31});
    CHECK(f.stripe.events().size() > known);
    for (auto at = known; at < f.stripe.events().size(); ++at) {
        CHECK(body_of(f.stripe.events()[at]).at("request").at("id").is_null());
    }
}

}  // namespace
}  // namespace billhook::simulator
