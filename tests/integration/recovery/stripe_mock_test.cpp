// Stripe's published OpenAPI as a judge of what we ask: every kind of request that backfill and
// reconcile make goes to stripe-mock as well, and what that answers must be readable.
#include "tests/integration/recovery/stripe_mock.hpp"

#include "schemas/io/stripe_api/objects.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/plans/read_plans.hpp"
#include "tests/tools/recovery/taken_over.hpp"
#include "tools/recovery/backfill.hpp"
#include "tools/recovery/foretold.hpp"
#include "tools/recovery/healing.hpp"
#include "tools/recovery/price_list.hpp"
#include "tools/recovery/reconcile.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;
using testing::stripe_mock;

std::string completed_text(const json::value& session) {
    json::writer out;
    out.begin_object();
    for (const json::value each : session.items()) {
        if (each.key() == "status") {
            out.member("status", "complete");
        } else {
            out.key(each.key()).add(each);
        }
    }
    return out.end_object().take();
}

// What kind of request it is: ids are left out, Stripe's own words are not.
std::string shape_of(const api_call& call) {
    std::string shape = call.path.substr(0, call.path.find('_'));
    for (const auto& [name, value] : call.parameters) {
        shape += ' ' + name + (name == "status" || name == "types[]" ? '=' + value : "");
    }
    return shape;
}

// One request of each kind that recovery makes of an account with everything in it.
std::map<std::string, api_call> requests_of_recovery() {
    gappy lives(21, 60, {.share = 0.2, .from = std::chrono::days{4'000}, .to = {}});
    simulated_stripe stripe(lives.lives, lives.end, 21, false);
    memory_journal books(lives.worker.projection);
    memory_holdings ours(lives.worker.projection);
    fixed_clock time(lives.end);
    backfill_report report;
    const backfill_request all{
        .from = lives.end - std::chrono::days{29}, .to = lives.end, .types = {}, .resume = {}};
    const auto refused = backfill(
        {stripe.client, books, lives.worker, time}, all, report, [](const backfill_report&) {}
    );
    CHECK_FALSE(refused.has_value());
    reconcile pass({stripe.client, ours, lives.worker, time}, false, {.heal = true});
    pass.run([](const reconcile_report&) {});
    std::map<std::string, api_call> kinds;
    for (const api_call& each : stripe.seen) {
        kinds.emplace(shape_of(each), each);
    }
    return kinds;
}

}  // namespace

TEST_CASE("stripe-mock: every request of recovery is one that Stripe publishes") {
    stripe_mock mock;
    if (!mock.runs()) {
        return;
    }
    auto client = mock.client();
    const auto kinds = requests_of_recovery();
    // Events of both halves of the types, with and without a cursor; lists; single objects.
    CHECK(kinds.size() >= 10);
    for (const auto& [shape, call] : kinds) {
        CAPTURE(shape);
        const auto came = client.get({.path = call.path, .query = call.parameters, .account = {}});
        CHECK(came.has_value());
    }
    // It does look: what Stripe does not have is refused.
    const auto wrong = client.get({.path = "/v1/events", .query = {{"since", "1"}}});
    REQUIRE(wrong.has_error());
    CHECK(wrong.error().status == 400);
    CHECK(client.get({.path = "/v1/subscription"}).has_error());
}

TEST_CASE("stripe-mock: the objects that Stripe publishes can be read") {
    stripe_mock mock;
    if (!mock.runs()) {
        return;
    }
    auto client = mock.client();
    const auto contact = stripe::contact_of(client, customer_id("cus_1"));
    REQUIRE(contact.has_value());
    CHECK_FALSE(contact->deleted);
    const auto invoice = stripe::invoice_of(client, invoice_id("in_1"));
    REQUIRE(invoice.has_value());
    CHECK_FALSE(invoice->status.empty());
    CHECK(invoice->amount_due.amount_minor > 0);
    CHECK_FALSE(invoice->amount_due.currency.empty());

    const auto shown_at = [&](const char* path) {
        auto came = client.get({.path = path});
        REQUIRE(came.has_value());
        REQUIRE(came->as_of.has_value());
        return *std::move(came);
    };
    const auto customer = shown_at("/v1/customers/cus_1");
    CHECK(customer_in({customer.body.root(), *customer.as_of, false}).has_value());
    const auto subscription = shown_at("/v1/subscriptions/sub_1");
    const auto fact = subscription_in({subscription.body.root(), *subscription.as_of, false});
    REQUIRE(fact.has_value());
    CHECK_FALSE(fact->state.items.empty());
    const auto bill = shown_at("/v1/invoices/in_1");
    CHECK(invoice_in({bill.body.root(), *bill.as_of, false}).has_value());
    // Its session is open, which claims nothing; the same completed is told.
    const auto session = shown_at("/v1/checkout/sessions/cs_1");
    CHECK(session.body.root().find("status").as_string() == "open");
    CHECK_FALSE(session_body({session.body.root(), *session.as_of, false}).has_value());
    const auto completed = json::read(completed_text(session.body.root()));
    REQUIRE(completed.has_value());
    CHECK(session_body({completed->root(), *session.as_of, false}).has_value());
}

TEST_CASE("stripe-mock: an account of what Stripe publishes is taken over and then nothing is left"
) {
    stripe_mock mock;
    if (!mock.runs()) {
        return;
    }
    auto client = mock.client();
    const auto prices = read_prices(client);
    REQUIRE_FALSE(prices.empty());
    const auto plans = read_plans(proposed_plans(prices));
    REQUIRE(plans.has_value());

    system_clock time;
    memory_worker worker(time.now());
    const auto first = taken_over(client, worker, time);
    CHECK(first.events.listed > 0);
    CHECK(first.readings > 0);
    CHECK(first.last.customers > 0);
    CHECK(first.last.subscriptions > 0);
    CHECK(first.last.invoices > 0);
    for (const divergence& each : first.last.divergences) {
        CAPTURE(each.object);
        CHECK_MESSAGE(each.cause != divergence_cause::unreadable, to_word(each.kind));
    }
    const auto again = taken_over(client, worker, time);
    CHECK(again.events.published == 0);
    CHECK(again.readings == 0);
    std::vector<organization_facts> all;
    for (const auto& [id, row] : worker.projection.subscriptions()) {
        if (row.organization) {
            all.push_back(worker.projection.load(*row.organization));
            all.back().notices_since = time.now();
        }
    }
    CHECK(assess_each(all, *plans, time.now()).notices.empty());
}

}  // namespace billhook::simulator
