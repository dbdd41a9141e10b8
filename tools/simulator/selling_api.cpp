#include "tools/simulator/selling_api.hpp"

#include "tools/simulator/render.hpp"
#include "tools/simulator/selling_answers.hpp"

#include <boost/json.hpp>

#include <algorithm>
#include <charconv>
#include <fmt/format.h>
#include <thread>

namespace billhook::simulator {
namespace {

namespace json = boost::json;

const rendering shown_as{"2026-09-30.endive", false};
const std::string customers_folder = "/v1/customers/";
const std::string default_card = "invoice_settings.default_payment_method";

json::object shown_customer(const customer& who) {
    if (!who.deleted) {
        return render(who, shown_as);
    }
    return {
        {"id",      who.id    },
        {"object",  "customer"},
        {"deleted", true      }
    };
}

std::string said_by(const api_call& call) {
    std::string said = call.path;
    for (const auto& [name, value] : call.parameters) {
        said += '\n' + name + '=' + value;
    }
    return said;
}

// "metadata[organization_id]" -> "organization_id"; empty if it is no such parameter.
std::string metadata_name(const std::string& parameter) {
    const std::string_view before = "metadata[";
    const bool is_one = parameter.starts_with(before) && parameter.ends_with("]");
    return is_one ? parameter.substr(before.size(), parameter.size() - before.size() - 1) : "";
}

}  // namespace

api_answer selling_api::answer(const api_call& given) {
    auto call = given;
    if (settings_.hosts_pages) {
        const auto host = call.headers.find("host");
        call.pages = host == call.headers.end() ? "" : "http://" + host->second + "/_stripe/";
    }
    const auto authorization = call.headers.find("authorization");
    if (authorization == call.headers.end() || authorization->second != "Bearer " + settings_.key) {
        return error(401, "invalid_request_error", "api_key_invalid");
    }
    auto told = call.method == "POST"     ? write(call)
                : call.method == "DELETE" ? remove(call)
                                          : read(call);
    told.date = settings_.now();
    return told;
}

api_answer selling_api::remove(const api_call& call) {
    const std::lock_guard lock(guard_);
    auto told = shop_.remove(call);
    tell_news();
    return told.value_or(error(404, "invalid_request_error", "unrecognized_url"));
}

api_answer selling_api::write(const api_call& call) {
    const auto given = call.headers.find("idempotency-key");
    if (given == call.headers.end() || given->second.empty() || given->second.size() > 255) {
        return error(400, "invalid_request_error", "simulated_key_missing");
    }
    {
        const std::lock_guard lock(guard_);
        const auto [at, is_new] = keys_.try_emplace(given->second, keyed{said_by(call), {}});
        if (!is_new && at->second.said != said_by(call)) {
            return error(400, "idempotency_error", "idempotency_key_reused");
        }
        if (!is_new && !at->second.answer) {
            return error(409, "idempotency_error", "idempotency_key_in_use");
        }
        if (!is_new) {
            auto again = *at->second.answer;
            again.headers["Idempotent-Replayed"] = "true";
            return again;
        }
        ++executed_;
    }
    std::this_thread::sleep_for(settings_.working);
    const auto fault = settings_.fault ? settings_.fault(call) : write_fault::none;
    const std::lock_guard lock(guard_);
    api_answer told;
    switch (fault) {
        case write_fault::none:
        case write_fault::lost:
            told = execute(call);
            break;
        case write_fault::failed_done:
            static_cast<void>(execute(call));
            [[fallthrough]];
        case write_fault::failed:
            told = error(500, "api_error", "");
            break;
        case write_fault::rate_limited:
            told = error(429, "invalid_request_error", "rate_limit");
            break;
        case write_fault::locked:
            told = error(429, "invalid_request_error", "lock_timeout");
            break;
        case write_fault::declined:
            told = error(402, "card_error", "card_declined");
            break;
    }
    tell_news();
    if (told.status == 400 || told.status == 429) {
        keys_.erase(given->second);
    } else {
        keys_[given->second].answer = told;
    }
    told.fault = fault == write_fault::lost ? api_fault::cut : api_fault::none;
    return told;
}

bool selling_api::lives(const std::string& customer) const {
    return std::ranges::any_of(customers_, [&](const auto& each) {
        return each.id == customer && !each.deleted;
    });
}

api_answer selling_api::execute(const api_call& call) {
    if (call.path == "/v1/customers") {
        customer made;
        made.id = fmt::format("cus_sold{:04}", customers_.size() + 1);
        made.created = settings_.now();
        for (const auto& [name, value] : call.parameters) {
            const auto key = metadata_name(name);
            if (key.empty()) {
                return error(400, "invalid_request_error", "parameter_unknown");
            }
            made.metadata[key] = value;
        }
        customers_.push_back(made);
        return shown(shown_customer(made));
    }
    if (customer* const who = living(call.path.substr(call.path.rfind('/') + 1));
        who != nullptr && call.path == customers_folder + who->id) {
        return update_customer(call, *who);
    }
    if (call.path == "/v1/billing_portal/sessions") {
        const bool opens = shop_.on_sale().opens_portal(call.parameter("configuration"));
        if (!lives(call.parameter("customer")) || !opens) {
            return error(400, "invalid_request_error", "resource_missing");
        }
        portals_.push_back({call.parameter("customer"), call.parameter("return_url")});
        const auto number = std::to_string(portals_.size());
        return shown({
            {"id", "bps_" + number},
            {"object", "billing_portal.session"},
            {"url",
             hosted_link(
                 call, "https://billing.stripe.com/p/session/test_", "portal/bps_", number
             )}
        });
    }
    const auto buyer = call.parameter("customer");
    if (!buyer.empty() && !lives(buyer)) {
        return refused("resource_missing");
    }
    return shop_.write(call).value_or(error(404, "invalid_request_error", "unrecognized_url"));
}

customer* selling_api::living(const std::string& id) {
    const auto found = std::ranges::find_if(customers_, [&](const auto& each) {
        return each.id == id && !each.deleted;
    });
    return found == customers_.end() ? nullptr : &*found;
}

api_answer selling_api::update_customer(const api_call& call, customer& who) {
    for (const auto& [name, value] : call.parameters) {
        const sold_card* const card = shop_.find_card(value);
        if (name != "invoice_settings[default_payment_method]") {
            return refused("parameter_unknown");
        }
        if (card == nullptr || card->customer != who.id) {
            return refused("resource_missing");
        }
        who.payment_method = value;
    }
    return shown(shown_customer(who));
}

api_answer selling_api::read(const api_call& call) const {
    const std::lock_guard lock(guard_);
    if (call.path == "/v1/customers") {
        return list_customers(call);
    }
    if (call.path == "/v1/invoices") {
        return list_invoices(call);
    }
    const auto found = std::ranges::find_if(customers_, [&](const auto& each) {
        return call.path == customers_folder + each.id;
    });
    if (found != customers_.end()) {
        auto out = shown_customer(*found);
        const sold_card* const card = shop_.find_card(found->payment_method);
        if (card != nullptr && call.parameter("expand[]") == default_card) {
            out["invoice_settings"].as_object()["default_payment_method"] = card_hash(*card);
        }
        return shown(out);
    }
    return shop_.read(call).value_or(missing());
}

api_answer selling_api::list_customers(const api_call& call) const {
    const auto bound = [&](const std::string& text) {
        std::int64_t number = 0;
        std::from_chars(text.data(), text.data() + text.size(), number);
        return number;
    };
    const auto least = bound(call.parameter("created[gte]"));
    const auto limit = std::max<std::int64_t>(bound(call.parameter("limit")), 1);
    const auto after = call.parameter("starting_after");
    bool begun = after.empty();
    bool more = false;
    json::array data;
    for (auto each = customers_.rbegin(); each != customers_.rend(); ++each) {
        if (begun && !each->deleted && to_unix_seconds(each->created) >= least) {
            more = static_cast<std::int64_t>(data.size()) == limit;
            if (more) {
                break;
            }
            data.push_back(shown_customer(*each));
        }
        begun = begun || each->id == after;
    }
    return shown({
        {"object",   "list"         },
        {"url",      "/v1/customers"},
        {"has_more", more           },
        {"data",     std::move(data)}
    }
    );
}

api_answer selling_api::list_invoices(const api_call& call) const {
    json::array data;
    for (const auto& each : invoices_) {
        if (each.customer == call.parameter("customer")) {
            data.push_back({
                {"id",                 each.id      },
                {"object",             "invoice"    },
                {"customer",           each.customer},
                {"status",             "open"       },
                {"amount_due",         7900         },
                {"currency",           "usd"        },
                {"hosted_invoice_url", each.link    }
            });
        }
    }
    for (const auto& each : shop_.subscriptions()) {
        if (each.invoice_status == "open" && each.is.customer == call.parameter("customer")) {
            auto open = render(invoice_of(each), shown_as);
            open["hosted_invoice_url"] = hosted_link(
                call, "https://invoice.stripe.com/i/", "invoice/", each.is.latest_invoice
            );
            data.push_back(std::move(open));
        }
    }
    return shown({
        {"object",   "list"         },
        {"url",      "/v1/invoices" },
        {"has_more", false          },
        {"data",     std::move(data)}
    }
    );
}

void selling_api::tell_news() {
    if (settings_.tell) {
        auto news = herald_.news(customers_, shop_, settings_.now());
        if (!news.empty()) {
            settings_.tell(std::move(news));
        }
    }
}

}  // namespace billhook::simulator
