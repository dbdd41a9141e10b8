#include "tools/selling/steps.hpp"

#include "schemas/stripe/event_type.hpp"
#include "schemas/types/sha256.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook::selling {

namespace {

constexpr const char* products_path = "/v1/products";
constexpr const char* prices_path = "/v1/prices";
constexpr const char* portals_path = "/v1/billing_portal/configurations";
constexpr const char* endpoints_path = "/v1/webhook_endpoints";

// A price that is sold under the key.
const price_shown* price_of(const account_shown& shown, const std::string& lookup_key) {
    const auto found = std::ranges::find(shown.prices, lookup_key, &price_shown::lookup_key);
    return found == shown.prices.end() ? nullptr : &*found;
}

// As billhook-api sells: by the seat, once in each interval.
bool sells_by(const price_shown& what, const wanted_price& wanted) {
    return what.interval == wanted.interval && what.interval_count == 1 && what.licensed &&
           what.amount_minor;
}

bool is_as_wanted(
    const price_shown& what,
    const wanted_price& wanted,
    const std::string& currency
) {
    const bool costs_that = what.amount_minor == wanted.amount_minor && what.currency == currency;
    return sells_by(what, wanted) && (costs_that || !wanted.given);
}

std::string product_id_of(const wanted_plan& plan, const account_shown& shown) {
    for (const wanted_price& each : plan.prices) {
        if (const auto* const has = price_of(shown, each.lookup_key)) {
            return has->product;
        }
    }
    return plan.product;
}

std::string amount_in_words(const wanted_price& what, const std::string& currency) {
    return fmt::format(
        "{} {} (smallest unit) a {} and seat", what.amount_minor, currency, what.interval
    );
}

void plan_product(const wanted_plan& plan, const account_shown& shown, steps_planned& into) {
    const auto id = product_id_of(plan, shown);
    const auto found = std::ranges::find(shown.products, id, &product_shown::id);
    step next{.about = step_kind::product, .name = plan.key};
    if (found == shown.products.end()) {
        next.words = "make product " + id;
        next.path = products_path;
        next.form = {
            {"id",                      id       },
            {"name",                    plan.name},
            {"metadata[billhook_plan]", plan.key }
        };
    } else if (!found->active || (found->ours && found->name != plan.name)) {
        next.words = fmt::format("{} product {}", found->active ? "rename" : "sell again", id);
        next.path = fmt::format("{}/{}", products_path, id);
        next.form = {
            {"active", "true"}
        };
        if (found->ours) {
            next.form.emplace_back("name", plan.name);
        }
    } else {
        return;
    }
    into.steps.push_back(std::move(next));
}

void plan_prices(
    const wanted_account& wanted,
    const wanted_plan& plan,
    const account_shown& shown,
    steps_planned& into
) {
    for (const wanted_price& each : plan.prices) {
        const auto* const has = price_of(shown, each.lookup_key);
        if (has != nullptr && is_as_wanted(*has, each, wanted.currency)) {
            if (has->amount_minor != each.amount_minor || has->currency != wanted.currency) {
                into.notes.push_back(fmt::format(
                    "{} costs {} {} and stays so: its amount was not given",
                    each.lookup_key,
                    *has->amount_minor,
                    has->currency
                ));
            }
            continue;
        }
        step next{.about = step_kind::price, .name = each.lookup_key, .path = prices_path};
        next.words = has == nullptr
                         ? "make a price: " + amount_in_words(each, wanted.currency)
                         : fmt::format(
                               "make a new price in place of {} ({} {}): {}; who pays that one "
                               "goes on doing so",
                               has->id,
                               has->amount_minor ? std::to_string(*has->amount_minor) : "tiers",
                               has->currency,
                               amount_in_words(each, wanted.currency)
                           );
        next.form = {
            {"product", product_id_of(plan, shown)},
            {"currency", wanted.currency},
            {"unit_amount", std::to_string(each.amount_minor)},
            {"recurring[interval]", each.interval},
            {"lookup_key", each.lookup_key},
            {"transfer_lookup_key", "true"},
            {"nickname", plan.name},
            {"metadata[billhook_plan]", plan.key}
        };
        into.steps.push_back(std::move(next));
    }
}

// billhook-api sells the one price of product and interval; of two it sells neither.
void plan_former_prices(const wanted_plan& plan, const account_shown& shown, steps_planned& into) {
    for (const wanted_price& wanted : plan.prices) {
        const auto* const sold = price_of(shown, wanted.lookup_key);
        for (const price_shown& each : shown.prices) {
            const bool is_beside = sold != nullptr && each.id != sold->id &&
                                   each.product == sold->product &&
                                   each.currency == sold->currency && sells_by(each, wanted);
            if (!is_beside) {
                continue;
            }
            if (!each.ours || !each.lookup_key.empty()) {
                into.notes.push_back(fmt::format(
                    "price {} sells plan {} by the {}, too: billhook-api sells neither of two "
                    "while "
                    "plans.toml takes both for the plan; archive one in Stripe's Dashboard",
                    each.id,
                    plan.key,
                    wanted.interval
                ));
                continue;
            }
            into.steps.push_back(
                {.about = step_kind::price,
                 .name = each.id,
                 .words = "sell no more: " + wanted.lookup_key + " is another price now",
                 .path = fmt::format("{}/{}", prices_path, each.id),
                 .form = {{"active", "false"}}}
            );
        }
    }
}

// What everybody may do in the portal; nothing while a price is not there yet.
std::optional<stripe::parameters> portal_form(
    const wanted_account& wanted,
    const account_shown& shown
) {
    const std::string update = "features[subscription_update]";
    stripe::parameters form{
        {"features[payment_method_update][enabled]",               "true"                  },
        {"features[invoice_history][enabled]",                     "true"                  },
        {"features[customer_update][enabled]",                     "true"                  },
        {"features[customer_update][allowed_updates][0]",          "email"                 },
        {"features[customer_update][allowed_updates][1]",          "address"               },
        {"features[customer_update][allowed_updates][2]",          "tax_id"                },
        {"features[subscription_cancel][enabled]",                 "true"                  },
        {"features[subscription_cancel][mode]",                    "at_period_end"         },
        {update + "[enabled]",                                     "true"                  },
        {update + "[default_allowed_updates][0]",                  "price"                 },
        {update + "[default_allowed_updates][1]",                  "quantity"              },
 // As billhook-api: more is billed at once, less comes with the period's end.
        {update + "[proration_behavior]",                          "always_invoice"        },
        {update + "[schedule_at_period_end][conditions][0][type]", "decreasing_item_amount"},
        {update + "[schedule_at_period_end][conditions][1][type]", "shortening_interval"   },
    };
    for (std::size_t plan = 0; plan < wanted.plans.size(); ++plan) {
        const auto product = fmt::format("{}[products][{}]", update, plan);
        form.emplace_back(product + "[product]", product_id_of(wanted.plans[plan], shown));
        std::size_t place = 0;
        for (const wanted_price& each : wanted.plans[plan].prices) {
            const auto* const has = price_of(shown, each.lookup_key);
            if (has == nullptr || !is_as_wanted(*has, each, wanted.currency)) {
                return std::nullopt;
            }
            form.emplace_back(fmt::format("{}[prices][{}]", product, place++), has->id);
        }
    }
    if (!wanted.return_url.empty()) {
        form.emplace_back("default_return_url", wanted.return_url);
    }
    return form;
}

// Stripe shows the products of a configuration only to who asks for them, and orders them itself.
std::string mark_of(const stripe::parameters& form) {
    std::string all;
    for (const auto& [name, value] : form) {
        all += name + '=' + value + '\n';
    }
    return sha256_hex(all).substr(0, 16);
}

const portal_shown* made_portal(const account_shown& shown) {
    const auto found = std::ranges::find_if(shown.portals, [](const auto& each) {
        return each.active && !each.made_as.empty();
    });
    return found == shown.portals.end() ? nullptr : &*found;
}

void plan_portal(const wanted_account& wanted, const account_shown& shown, steps_planned& into) {
    const auto form = portal_form(wanted, shown);
    const auto* const has = made_portal(shown);
    const auto mark = form ? mark_of(*form) : "";
    const bool is_so = has != nullptr && has->made_as == mark && has->cancels && has->updates &&
                       has->takes_cards && has->shows_invoices;
    if (is_so) {
        return;
    }
    step next{.about = step_kind::portal, .name = "portal", .path = portals_path};
    next.words = has == nullptr ? "make a configuration" : "change configuration " + has->id;
    next.words +=
        ": cards, invoices, address, cancelling with the period, change of plan and seats";
    if (has != nullptr) {
        next.path += '/' + has->id;
    }
    if (form) {
        next.form = *form;
        next.form.emplace_back("metadata[billhook_portal]", mark);
    }
    into.steps.push_back(std::move(next));
}

std::set<std::string> types_understood() {
    std::set<std::string> names;
    for (const auto& each : stripe::used_types()) {
        names.emplace(each.name);
    }
    return names;
}

const endpoint_shown* wanted_endpoint(const wanted_account& wanted, const account_shown& shown) {
    const auto found = std::ranges::find_if(shown.endpoints, [&](const auto& each) {
        return each.url == wanted.endpoint && each.api_version == stripe::asked_api_version;
    });
    return found == shown.endpoints.end() ? nullptr : &*found;
}

void plan_endpoint(const wanted_account& wanted, const account_shown& shown, steps_planned& into) {
    if (wanted.endpoint.empty()) {
        return;
    }
    const auto* const has = wanted_endpoint(wanted, shown);
    for (const endpoint_shown& each : shown.endpoints) {
        if (each.enabled && each.url == wanted.endpoint && &each != has) {
            into.notes.push_back(fmt::format(
                "endpoint {} sends there as well, in version {}: each event comes twice, which "
                "does "
                "no harm; disable it once the secret of the one of {} is in force",
                each.id,
                each.api_version.empty() ? "of the account" : each.api_version,
                stripe::asked_api_version
            ));
        }
    }
    const auto types = types_understood();
    if (has != nullptr && has->enabled && has->events == types) {
        return;
    }
    step next{.about = step_kind::endpoint, .name = wanted.endpoint, .path = endpoints_path};
    std::size_t place = 0;
    for (const std::string& each : types) {
        next.form.emplace_back(fmt::format("enabled_events[{}]", place++), each);
    }
    if (has == nullptr) {
        next.words = fmt::format(
            "make an endpoint for {} types of events, snapshots in version {}",
            types.size(),
            stripe::asked_api_version
        );
        next.form.emplace_back("url", wanted.endpoint);
        next.form.emplace_back("api_version", std::string(stripe::asked_api_version));
        next.form.emplace_back("description", "Billhook");
        next.gives_secret = true;
    } else {
        next.words = fmt::format(
            "change endpoint {}: enabled, for the {} types of events", has->id, types.size()
        );
        next.path += '/' + has->id;
        next.form.emplace_back("disabled", "false");
    }
    into.steps.push_back(std::move(next));
}

}  // namespace

std::string_view to_word(step_kind what) {
    switch (what) {
        case step_kind::product:
            return "product";
        case step_kind::price:
            return "price";
        case step_kind::portal:
            return "portal";
        case step_kind::endpoint:
            return "endpoint";
    }
    return {};
}

steps_planned steps_to(const wanted_account& wanted, const account_shown& shown) {
    steps_planned all;
    for (const wanted_plan& each : wanted.plans) {
        plan_product(each, shown, all);
    }
    for (const wanted_plan& each : wanted.plans) {
        plan_prices(wanted, each, shown, all);
    }
    plan_portal(wanted, shown, all);
    for (const wanted_plan& each : wanted.plans) {
        plan_former_prices(each, shown, all);
    }
    plan_endpoint(wanted, shown, all);
    return all;
}

std::optional<std::string> portal_of(const account_shown& shown) {
    const auto* const made = made_portal(shown);
    return made == nullptr ? std::nullopt : std::optional{made->id};
}

std::optional<std::string> endpoint_of(const wanted_account& wanted, const account_shown& shown) {
    const auto* const has = wanted_endpoint(wanted, shown);
    return has == nullptr ? std::nullopt : std::optional{has->id};
}

}  // namespace billhook::selling
