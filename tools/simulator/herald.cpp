#include "tools/simulator/herald.hpp"

#include "tools/simulator/render.hpp"

#include <fmt/format.h>
#include <utility>

namespace billhook::simulator {

namespace {

namespace json = boost::json;

const rendering told_as{"2026-09-30.endive", false};

std::string_view text_in(const json::object& of, std::string_view name) {
    const auto* const found = of.if_contains(name);
    return found == nullptr || !found->is_string() ? std::string_view()
                                                   : std::string_view(found->as_string());
}

std::int64_t tries_of(const json::object& invoice) {
    return invoice.at("attempt_count").as_int64();
}

// What the event of that kind is called that follows `before` (nullptr: it is new).
std::string type_of(std::string_view kind, const json::object* before, const json::object& after) {
    const auto status = text_in(after, "status");
    if (kind == "invoice") {
        const bool failed = tries_of(after) > (before == nullptr ? 0 : tries_of(*before));
        return status == "paid"   ? "invoice.paid"
               : status == "void" ? "invoice.voided"
               : failed           ? "invoice.payment_failed"
                                  : "invoice.finalized";
    }
    const bool ends = (kind == "customer" && after.contains("deleted")) ||
                      (kind == "customer.subscription" && status == "canceled");
    const bool released = kind == "subscription_schedule" && status == "released";
    return std::string(kind) + (before == nullptr ? ".created"
                                : ends            ? ".deleted"
                                : released        ? ".released"
                                                  : ".updated");
}

json::object customer_hash(const customer& who) {
    auto out = render(who, told_as);
    if (who.deleted) {
        out["deleted"] = true;
    }
    return out;
}

}  // namespace

void herald::look_at(
    const json::object& object,
    std::string_view kind,
    instant now,
    std::vector<std::string>& into
) {
    const std::string id(text_in(object, "id"));
    const auto known = told_.find(id);
    const json::object* const before = known == told_.end() ? nullptr : &known->second;
    if (before != nullptr && *before == object) {
        return;
    }
    json::object data{
        {"object", object}
    };
    if (before != nullptr) {
        data["previous_attributes"] = difference(*before, object);
    }
    into.push_back(to_text({
        {"id", fmt::format("evt_sold{:05}", ++events_)},
        {"object", "event"},
        {"api_version", told_as.api_version},
        {"created", to_unix_seconds(now)},
        {"data", std::move(data)},
        {"livemode", told_as.livemode},
        {"pending_webhooks", 1},
        {"request", nullptr},
        {"type", type_of(kind, before, object)}
    }));
    told_[id] = object;
}

std::vector<std::string> herald::news(
    const std::vector<customer>& customers,
    const shop& of,
    instant now
) {
    std::vector<std::string> bodies;
    for (const auto& each : customers) {
        look_at(customer_hash(each), "customer", now, bodies);
    }
    for (const auto& each : of.schedules()) {
        look_at(of.schedule_hash(each), "subscription_schedule", now, bodies);
    }
    for (const auto& each : of.subscriptions()) {
        look_at(subscription_hash(each, told_as), "customer.subscription", now, bodies);
        look_at(render(invoice_of(each), told_as), "invoice", now, bodies);
    }
    return bodies;
}

}  // namespace billhook::simulator
