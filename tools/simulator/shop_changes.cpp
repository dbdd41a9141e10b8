#include "tools/simulator/calendar.hpp"
#include "tools/simulator/render_parts.hpp"
#include "tools/simulator/selling_answers.hpp"
#include "tools/simulator/shop.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

// Changes of a subscription, and what they would cost.
namespace billhook::simulator {
namespace {

const std::string subscriptions_folder = "/v1/subscriptions/";
constexpr std::chrono::hours pending_lives{23};

const std::set<std::string> known_to_update{
    "items[0][id]",
    "items[0][price]",
    "items[0][quantity]",
    "proration_behavior",
    "payment_behavior",
    "cancel_at_period_end",
    "cancel_at",
    "default_payment_method",
    "expand[]"};

const std::set<std::string> known_to_preview{
    "customer",
    "subscription",
    "subscription_details[items][0][id]",
    "subscription_details[items][0][price]",
    "subscription_details[items][0][quantity]",
    "subscription_details[proration_behavior]",
    "preview_mode"};

bool knows_all(const api_call& call, const std::set<std::string>& names) {
    return std::ranges::all_of(call.parameters, [&](const auto& each) {
        return names.contains(each.first);
    });
}

std::int64_t seats_from(const std::string& text, std::int64_t otherwise) {
    return text.empty() ? otherwise : std::stoll(text);
}

std::int64_t amount_of(const subscription_item& item) {
    return item.price.amount_minor * item.quantity;
}

// What is left of the period, of a whole that would pay for all of it; half of it at half time.
std::int64_t rest_of(const subscription& of, instant now, std::int64_t whole) {
    const auto all = (of.period_end - of.period_start).count();
    const auto left = std::max<std::int64_t>((of.period_end - now).count(), 0);
    return all == 0 ? 0
                    : static_cast<std::int64_t>(
                          static_cast<double>(whole) * static_cast<double>(left) /
                          static_cast<double>(all)
                      );
}

json::object preview_hash(const price& of, std::int64_t due, instant start, instant end) {
    json::object period{
        {"start", to_unix_seconds(start)},
        {"end",   to_unix_seconds(end)  }
    };
    json::object line{
        {"object", "line_item"      },
        {"amount", due              },
        {"period", std::move(period)}
    };
    return {
        {"object", "invoice"},
        {"status", "draft"},
        {"amount_due", std::max<std::int64_t>(due, 0)},
        {"currency", of.currency},
        {"lines", list_of(json::array{std::move(line)}, "/v1/invoices")}
    };
}

}  // namespace

std::optional<api_answer> shop::change_subscription(const api_call& call) {
    const std::string resume = "/resume";
    if (!call.path.starts_with(subscriptions_folder)) {
        return std::nullopt;
    }
    auto id = call.path.substr(subscriptions_folder.size());
    const bool resumes = id.ends_with(resume);
    id = resumes ? id.substr(0, id.size() - resume.size()) : id;
    sold_subscription* const what = find_subscription(id);
    if (what == nullptr) {
        return missing();
    }
    if (what->is.ended_at) {
        return refused("resource_missing");
    }
    if (!resumes) {
        return update_subscription(call, *what);
    }
    if (what->is.status != "paused") {
        return refused("");
    }
    what->is.status = "active";
    what->is.pause_reason.clear();
    what->is.paused_at.reset();
    return shown_to(call, *what);
}

api_answer shop::update_subscription(const api_call& call, sold_subscription& what) {
    if (!knows_all(call, known_to_update)) {
        return refused("parameter_unknown");
    }
    if (!what.schedule.empty()) {
        return refused("");  // its schedule alone decides
    }
    const auto ends = call.parameter("cancel_at_period_end");
    if (!ends.empty()) {
        what.is.cancel_at_period_end = ends == "true";
        what.is.cancel_at = ends == "true" ? std::optional{what.is.period_end} : std::nullopt;
    } else if (!call.parameters_named("cancel_at").empty()) {
        what.is.cancel_at.reset();
    }
    if (!call.parameters_named("default_payment_method").empty()) {
        const auto id = call.parameter("default_payment_method");
        const sold_card* const card = find_card(id);
        if (!id.empty() && (card == nullptr || card->customer != what.is.customer)) {
            return refused("resource_missing");
        }
        what.card = id;
    }
    const auto price_id = call.parameter("items[0][price]");
    if (price_id.empty()) {
        return shown_to(call, what);
    }
    const price* const of = stock_.find(price_id);
    auto& item = what.is.items.front();
    if (of == nullptr || call.parameter("items[0][id]") != item.id) {
        return refused("resource_missing");
    }
    auto after = item;
    after.price = *of;
    after.quantity = seats_from(call.parameter("items[0][quantity]"), item.quantity);
    const auto now = now_();
    const auto due = rest_of(what.is, now, amount_of(after) - amount_of(item));
    what.is.latest_invoice = fmt::format("in_change_{}_{}", what.is.id, to_unix_seconds(now));
    what.amount_due = std::max<std::int64_t>(due, 0);
    what.invoice_reason = "subscription_update";
    what.invoiced = what.settled = now;
    what.tries = 1;
    if (declines_ && due > 0 && call.parameter("payment_behavior") == "pending_if_incomplete") {
        what.is.pending = pending_change{*of, now + pending_lives};
        what.invoice_status = "open";
        return shown_to(call, what);
    }
    if (after.price.months != item.price.months) {
        what.is.anchor = what.is.period_start = now;
        what.is.period_end = months_after(now, after.price.months);
    }
    item = after;
    what.invoice_status = "paid";
    return shown_to(call, what);
}

api_answer shop::preview(const api_call& call) {
    if (!knows_all(call, known_to_preview)) {
        return refused("parameter_unknown");
    }
    const price* const of = stock_.find(call.parameter("subscription_details[items][0][price]"));
    if (of == nullptr) {
        return refused("resource_missing");
    }
    const auto seats = call.parameter("subscription_details[items][0][quantity]");
    const auto now = now_();
    subscription_item after{.id = {}, .price = *of, .quantity = seats_from(seats, 1)};
    const auto id = call.parameter("subscription");
    if (id.empty()) {
        return shown(preview_hash(*of, amount_of(after), now, months_after(now, of->months)));
    }
    const sold_subscription* const what = find_subscription(id);
    if (what == nullptr) {
        return refused("resource_missing");
    }
    const auto& before = what->is.items.front();
    if (call.parameter("preview_mode") == "recurring") {
        const auto begins = what->is.period_end;
        return shown(preview_hash(*of, amount_of(after), begins, months_after(begins, of->months)));
    }
    const auto due = rest_of(what->is, now, amount_of(after) - amount_of(before));
    const bool same_cycle = before.price.months == of->months;
    const auto until = same_cycle ? what->is.period_end : months_after(now, of->months);
    return shown(preview_hash(*of, due, now, until));
}

}  // namespace billhook::simulator
