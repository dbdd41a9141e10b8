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

api_answer selling_api::read(const api_call& call) const {
    const std::lock_guard lock(guard_);
    const std::string one = "/v1/customers/";
    if (call.path == "/v1/customers") {
        return list_customers(call);
    }
    if (call.path == "/v1/invoices") {
        return list_invoices(call);
    }
    const auto found = std::ranges::find_if(customers_, [&](const auto& each) {
        return call.path == one + each.id;
    });
    if (found != customers_.end()) {
        return shown(shown_customer(*found));
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

void selling_api::delete_customer(const std::string& id) {
    const std::lock_guard lock(guard_);
    for (auto& each : customers_) {
        each.deleted = each.deleted || each.id == id;
    }
    tell_news();
}

void selling_api::open_invoice(const std::string& customer, const std::string& hosted_invoice_url) {
    const std::lock_guard lock(guard_);
    invoices_.push_back(
        {fmt::format("in_sold{}", invoices_.size() + 1), customer, hosted_invoice_url}
    );
}

bool selling_api::confirm(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.confirm(subscription);
    tell_news();
    return done;
}

bool selling_api::renew(const std::string& subscription, bool pays) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.renew(subscription, pays);
    tell_news();
    return done;
}

void selling_api::cancel_at_end(const std::string& subscription, bool so) {
    const std::lock_guard lock(guard_);
    shop_.cancel_at_end(subscription, so);
    tell_news();
}

void selling_api::end(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    shop_.end(subscription);
    tell_news();
}

void selling_api::decline(bool so) {
    const std::lock_guard lock(guard_);
    shop_.decline(so);
}

void selling_api::pause(const std::string& subscription) {
    const std::lock_guard lock(guard_);
    shop_.pause(subscription);
    tell_news();
}

void selling_api::tell_news() {
    if (settings_.tell) {
        auto news = herald_.news(customers_, shop_, settings_.now());
        if (!news.empty()) {
            settings_.tell(std::move(news));
        }
    }
}

std::vector<sold_schedule> selling_api::schedules() const {
    const std::lock_guard lock(guard_);
    return shop_.schedules();
}

bool selling_api::complete(const std::string& session) {
    const std::lock_guard lock(guard_);
    const bool done = shop_.complete(session);
    tell_news();
    return done;
}

std::vector<sold_session> selling_api::sessions() const {
    const std::lock_guard lock(guard_);
    return shop_.sessions();
}

std::vector<sold_subscription> selling_api::subscriptions() const {
    const std::lock_guard lock(guard_);
    return shop_.subscriptions();
}

std::vector<customer> selling_api::customers() const {
    const std::lock_guard lock(guard_);
    return customers_;
}

std::size_t selling_api::portal_sessions() const {
    const std::lock_guard lock(guard_);
    return portals_.size();
}

std::optional<portal_session> selling_api::portal(const std::string& id) const {
    const std::lock_guard lock(guard_);
    for (std::size_t at = 0; at < portals_.size(); ++at) {
        if (id == fmt::format("bps_{}", at + 1)) {
            return portals_[at];
        }
    }
    return std::nullopt;
}

std::size_t selling_api::executed() const {
    const std::lock_guard lock(guard_);
    return executed_;
}

}  // namespace billhook::simulator
