#include "tests/simulation/scenario.hpp"

#include "schemas/messages/mapping.hpp"
#include "schemas/stripe/routing.hpp"

#include <fmt/format.h>

namespace billhook::simulation {

namespace {

constexpr std::int64_t start = 1'767'225'600;  // 2026-01-01T00:00:00Z
constexpr std::int64_t day = 86'400;

struct subscription_json {
    std::string_view id;
    std::string_view customer;
    std::string_view status = "active";
    std::string_view organization{};
    std::int64_t period_start = start;
    std::string_view latest_invoice = "in_0";
};

std::string json_of(const subscription_json& of) {
    const std::string metadata =
        of.organization.empty() ? "{}"
                                : fmt::format(R"({{"organization_id":"{}"}})", of.organization);
    return fmt::format(
        R"({{"id":"{}","object":"subscription","customer":"{}","status":"{}","created":{},)"
        R"("cancel_at_period_end":false,"current_period_start":{},"current_period_end":{},)"
        R"("latest_invoice":"{}","metadata":{},"items":{{"object":"list","data":[{{"id":"si_1",)"
        R"("object":"subscription_item","quantity":1,"price":{{"id":"price_b","object":"price",)"
        R"("product":"prod_b","lookup_key":"basic_monthly"}}}}]}}}})",
        of.id,
        of.customer,
        of.status,
        start,
        of.period_start,
        of.period_start + 30 * day,
        of.latest_invoice,
        metadata
    );
}

struct invoice_json {
    std::string_view id;
    std::string_view customer;
    std::string_view subscription;
    std::string_view status = "open";
    std::int64_t created = start;
    std::int64_t attempts = 1;
};

std::string json_of(const invoice_json& of) {
    return fmt::format(
        R"({{"id":"{}","object":"invoice","customer":"{}","subscription":"{}","status":"{}",)"
        R"("billing_reason":"subscription_cycle","attempt_count":{},"amount_due":900,)"
        R"("amount_remaining":{},"currency":"eur","created":{},"status_transitions":{{}}}})",
        of.id,
        of.customer,
        of.subscription,
        of.status,
        of.attempts,
        of.status == "paid" ? 0 : 900,
        of.created
    );
}

std::string customer_json(std::string_view id) {
    return fmt::format(
        R"({{"id":"{}","object":"customer","created":{},"metadata":{{}}}})", id, start
    );
}

std::string mapping_body(std::string_view organization, std::string_view customer) {
    mapping what;
    what.organization = organization_id{std::string{organization}};
    what.customer = customer_id{std::string{customer}};
    what.id = mapping_id(what.organization, what.customer);
    what.created = from_unix_seconds(start + 50 * day);
    return to_json(what);
}

std::vector<std::string> bodies() {
    const std::int64_t renewal = start + 30 * day;
    const auto sub = [](std::string_view id,
                        std::string_view type,
                        std::int64_t at,
                        const subscription_json& object,
                        std::string replaced = {}) {
        return to_body({id, type, at, json_of(object), std::move(replaced)});
    };
    const auto invoice =
        [](std::string_view id, std::string_view type, std::int64_t at, const invoice_json& object
        ) {
            return to_body({id, type, at, json_of(object), {}});
        };
    const subscription_json one{.id = "sub_1", .customer = "cus_1", .organization = "org_1"};
    subscription_json one_late = one;
    one_late.status = "past_due";
    one_late.period_start = renewal;
    one_late.latest_invoice = "in_1";
    subscription_json one_again = one_late;
    one_again.status = "active";
    const subscription_json two{.id = "sub_2", .customer = "cus_2", .organization = "org_2"};
    subscription_json two_over = two;
    two_over.status = "canceled";
    const subscription_json three{.id = "sub_3", .customer = "cus_3"};
    const invoice_json open{
        .id = "in_1", .customer = "cus_1", .subscription = "sub_1", .created = renewal};
    invoice_json paid = open;
    paid.status = "paid";
    paid.attempts = 2;

    std::vector<std::string> all{
        to_body({"evt_c1", "customer.created", start, customer_json("cus_1")}),
        sub("evt_s1", "customer.subscription.created", start + 1, one),
        // Late news first, as Stripe may deliver it.
        sub("evt_s1c",
            "customer.subscription.updated",
            renewal + 5 * day,
            one_again,
            R"({"status":"past_due"})"),
        invoice("evt_i1a", "invoice.payment_failed", renewal + 10, open),
        sub("evt_s1b",
            "customer.subscription.updated",
            renewal + 10,
            one_late,
            R"({"status":"active"})"),
        "not JSON at all",
        to_body({"evt_c2", "customer.created", start + 2, customer_json("cus_2")}),
        sub("evt_s2", "customer.subscription.created", start + 3, two),
        sub("evt_s2d", "customer.subscription.deleted", start + 40 * day, two_over),
        sub("evt_s2", "customer.subscription.created", start + 3, two),
        invoice("evt_i1b", "invoice.payment_succeeded", renewal + 5 * day, paid),
        invoice("evt_i1a", "invoice.payment_failed", renewal + 10, open),
        R"({"object":"event","type":"no.id"})",
        to_body({"evt_p1", "plan.created", start + 7, R"({"id":"plan_1","object":"plan"})"}),
        to_body({"evt_c3", "customer.created", start + 8, customer_json("cus_3")}),
        sub("evt_s3", "customer.subscription.created", start + 9, three),
        sub("evt_bad", "customer.subscription.updated", start + 41 * day, three),
    };
    std::string live = to_body({"evt_live", "customer.created", start, customer_json("cus_9")});
    live.replace(live.find("\"livemode\":false"), 16, "\"livemode\":true ");
    all.push_back(std::move(live));
    return all;
}

}  // namespace

std::string to_body(const event_body& of) {
    return fmt::format(
        R"({{"id":"{}","object":"event","api_version":"2024-06-20","created":{},"livemode":false,)"
        R"("type":"{}","data":{{"object":{}{}}}}})",
        of.id,
        of.created,
        of.type,
        of.object,
        of.replaced.empty() ? "" : fmt::format(R"(,"previous_attributes":{})", of.replaced)
    );
}

record published(std::string body) {
    const stripe::routing to = stripe::route(body);
    record made;
    made.key = to.key;
    made.event_id = to.event_id;
    made.event_type = to.event_type;
    made.endpoint = "test";
    made.secret = "test";
    made.received_at = from_unix_seconds(start + 60 * day);
    made.body = std::move(body);
    return made;
}

scenario small_scenario() {
    scenario all{
        .records = {},
        .poison_id = "evt_bad",
        .unreadable = 2,
        .ends = from_unix_seconds(start + 90 * day)};
    for (std::string& each : bodies()) {
        all.records.push_back(published(std::move(each)));
    }
    record last;
    last.key = "cus_3";
    last.body = mapping_body("org_3", "cus_3");
    last.endpoint = "sweep";
    last.received_at = from_unix_seconds(start + 60 * day);
    last.source = record_source_kind::mapping;
    all.records.push_back(std::move(last));
    return all;
}

}  // namespace billhook::simulation
