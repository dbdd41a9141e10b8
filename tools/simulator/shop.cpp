#include "tools/simulator/shop.hpp"

#include "tools/simulator/calendar.hpp"
#include "tools/simulator/render_parts.hpp"
#include "tools/simulator/selling_answers.hpp"

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <set>

namespace billhook::simulator {
namespace {

std::optional<std::int64_t> whole_number_in(const std::string& text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, number);
    return code == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

bool has_ended(const sold_subscription& of) {
    return of.is.status == "canceled" || of.is.status == "incomplete_expired";
}

json::object shown_invoice(const sold_subscription& of, const std::string& secret_name) {
    json::object invoice{
        {"id",         of.is.latest_invoice},
        {"object",     "invoice"           },
        {"status",     of.invoice_status   },
        {"amount_due", of.amount_due       }
    };
    if (!secret_name.empty()) {
        invoice[secret_name] = nullptr;
        if (of.invoice_status == "open") {
            json::object secret{
                {"client_secret", "pi_" + of.is.id + "_secret_simulated"}
            };
            secret[secret_name == "payment_intent" ? "status" : "type"] =
                secret_name == "payment_intent" ? "requires_payment_method" : "payment_intent";
            invoice[secret_name] = std::move(secret);
        }
    }
    return invoice;
}

std::string setup_of(const sold_subscription& of) {
    return of.wants_setup ? "seti_" + of.is.id : "";
}

const std::set<std::string> known_to_create{
    "customer",
    "items[0][price]",
    "items[0][quantity]",
    "payment_behavior",
    "payment_settings[save_default_payment_method]",
    "metadata[organization_id]",
    "trial_period_days",
    "trial_settings[end_behavior][missing_payment_method]",
    "expand[]"};

}  // namespace

json::object subscription_hash(const sold_subscription& what, const rendering& as) {
    auto out = render(what.is, as);
    out["pending_setup_intent"] = text_or_null(setup_of(what));
    out["schedule"] = text_or_null(what.schedule);
    out["default_payment_method"] = text_or_null(what.card);
    return out;
}

json::object card_hash(const sold_card& what) {
    return {
        {"id",       what.id                      },
        {"object",   "payment_method"             },
        {"type",     "card"                       },
        {"customer", what.customer                },
        {"created",  to_unix_seconds(what.created)}
    };
}

api_answer shown_to(const api_call& call, const sold_subscription& what, const sold_card* card) {
    const auto as = rendering_for(call);
    const std::string secret_name = as.since_basil() ? "confirmation_secret" : "payment_intent";
    auto out = subscription_hash(what, as);
    for (const auto& each : call.parameters_named("expand[]")) {
        if (each == "pending_setup_intent") {
            if (what.wants_setup) {
                const auto setup = setup_of(what);
                out[each] = json::object{
                    {"id",            setup                      },
                    {"object",        "setup_intent"             },
                    {"client_secret", setup + "_secret_simulated"}
                };
            }
        } else if (each == "default_payment_method") {
            if (card != nullptr) {
                out[each] = card_hash(*card);
            }
        } else if (each == "latest_invoice" || each == "latest_invoice." + secret_name) {
            if (!what.is.latest_invoice.empty()) {
                out["latest_invoice"] =
                    shown_invoice(what, each == "latest_invoice" ? "" : secret_name);
            }
        } else {
            return refused("property_cannot_be_expanded");
        }
    }
    return shown(out);
}

sold_subscription* shop::find_subscription(const std::string& id) {
    const auto found =
        std::ranges::find_if(sold_, [&](const auto& each) { return each.is.id == id; });
    return found == sold_.end() ? nullptr : &*found;
}

std::optional<api_answer> shop::write(const api_call& call) {
    if (call.path == "/v1/subscriptions") {
        return create_subscription(call);
    }
    if (call.path == "/v1/invoices/create_preview") {
        return preview(call);
    }
    auto told = write_stock(call);
    told = told ? told : write_session(call);
    told = told ? told : void_invoice(call);
    told = told ? told : write_schedule(call);
    return told ? told : change_subscription(call);
}

std::optional<api_answer> shop::write_stock(const api_call& call) {
    auto told = stock_.write(call);
    if (told) {  // a subscription shows its price as it is now
        for (auto& each : sold_) {
            for (auto& item : each.is.items) {
                const price* const now = stock_.find(item.price.id);
                item.price = now == nullptr ? item.price : *now;
            }
        }
    }
    return told;
}

std::optional<api_answer> shop::void_invoice(const api_call& call) {
    for (auto& each : sold_) {
        if (call.path != "/v1/invoices/" + each.is.latest_invoice + "/void") {
            continue;
        }
        if (each.invoice_status != "open") {
            return refused("");
        }
        end(each.is.id);  // the first one's end is the subscription's
        return shown(shown_invoice(each, ""));
    }
    return std::nullopt;
}

api_answer shop::create_subscription(const api_call& call) {
    for (const auto& [name, value] : call.parameters) {
        if (!known_to_create.contains(name)) {
            return refused("parameter_unknown");
        }
    }
    const price* const of = stock_.find(call.parameter("items[0][price]"));
    const auto quantity = call.parameter("items[0][quantity]");
    if (of == nullptr || (of->metered && !quantity.empty())) {
        return refused("resource_missing");
    }
    const auto buyer = call.parameter("customer");
    for (const auto& each : sold_) {
        if (each.is.customer == buyer && each.is.items.front().price.currency != of->currency) {
            return refused("");  // Stripe has no code for it
        }
    }
    sold_subscription made;
    const auto number = sold_.size() + 1;
    made.is.id = fmt::format("sub_sold{:04}", number);
    made.is.customer = buyer;
    made.is.created = made.is.anchor = made.is.period_start = now_();
    made.is.period_end = months_after(made.is.created, of->months);
    made.is.metadata = {
        {"organization_id", call.parameter("metadata[organization_id]")}
    };
    const auto seats = whole_number_in(quantity).value_or(1);
    made.is.items = {
        {.id = fmt::format("si_sold{:04}", number), .price = *of, .quantity = seats}
    };
    made.is.latest_invoice = fmt::format("in_first{:04}", number);
    made.is.flexible = true;
    made.keeps_card =
        call.parameter("payment_settings[save_default_payment_method]") == "on_subscription";
    const auto trial = whole_number_in(call.parameter("trial_period_days")).value_or(0);
    if (trial > 0) {
        made.is.status = "trialing";
        made.is.trial_start = made.is.created;
        made.is.trial_end = made.is.period_end = made.is.created + std::chrono::days{trial};
        made.is.missing_payment_method =
            call.parameter("trial_settings[end_behavior][missing_payment_method]");
        made.wants_setup = true;
    } else {
        made.amount_due = of->metered ? 0 : of->amount_minor * seats;
        made.is.status = made.amount_due > 0 ? "incomplete" : "active";
    }
    made.invoice_status = made.amount_due > 0 ? "open" : "paid";
    made.invoiced = made.settled = made.is.created;
    auto told = shown_to(call, made);
    if (told.status == 200) {
        sold_.push_back(std::move(made));
    }
    return told;
}

std::optional<api_answer> shop::read(const api_call& call) const {
    if (auto told = stock_.read(call)) {
        return told;
    }
    if (auto told = read_sessions(call)) {
        return told;
    }
    if (auto told = read_schedules(call)) {
        return told;
    }
    if (call.path == "/v1/subscriptions") {
        return list_subscriptions(call);
    }
    const auto found = std::ranges::find_if(sold_, [&](const auto& each) {
        return call.path == "/v1/subscriptions/" + each.is.id;
    });
    return found == sold_.end() ? std::nullopt
                                : std::optional{shown_to(call, *found, find_card(found->card))};
}

api_answer shop::list_subscriptions(const api_call& call) const {
    json::array data;
    for (auto each = sold_.rbegin(); each != sold_.rend(); ++each) {
        const bool asked = call.parameter("status") == "all" || !has_ended(*each);
        if (asked && each->is.customer == call.parameter("customer")) {
            auto one = render(each->is, rendering_for(call));
            one["pending_setup_intent"] = text_or_null(each->wants_setup ? "seti_1" : "");
            data.push_back(std::move(one));
        }
    }
    return shown(list_of(std::move(data), "/v1/subscriptions"));
}

std::optional<api_answer> shop::remove(const api_call& call) {
    const std::string folder = "/v1/subscriptions/";
    if (!call.path.starts_with(folder)) {
        return std::nullopt;
    }
    sold_subscription* const what = find_subscription(call.path.substr(folder.size()));
    if (what == nullptr || has_ended(*what)) {
        return missing();
    }
    what->is.status = what->is.status == "incomplete" ? "incomplete_expired" : "canceled";
    what->is.canceled_at = what->is.ended_at = now_();
    settle(*what, "void");
    what->wants_setup = false;
    return shown_to(call, *what);
}

}  // namespace billhook::simulator
