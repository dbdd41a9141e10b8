#include "tools/simulator/calendar.hpp"
#include "tools/simulator/render_parts.hpp"
#include "tools/simulator/selling_answers.hpp"
#include "tools/simulator/shop.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <set>

// Sessions of Checkout.
namespace billhook::simulator {
namespace {

constexpr std::chrono::hours session_lives{24};
const std::string sessions_folder = "/v1/checkout/sessions";

const std::set<std::string> known_to_open{
    "mode",
    "customer",
    "ui_mode",
    "line_items[0][price]",
    "line_items[0][quantity]",
    "metadata[organization_id]",
    "metadata[billhook_offer]",
    "subscription_data[metadata][organization_id]",
    "subscription_data[trial_period_days]",
    "client_reference_id",
    "success_url",
    "cancel_url",
    "return_url"};

bool is_hosted(const std::string& ui_mode) {
    return ui_mode == "hosted" || ui_mode == "hosted_page";
}

json::object shown_session(const sold_session& what) {
    const bool open = what.status == "open";
    const bool hosted = is_hosted(what.ui_mode);
    return {
        {"id",            what.id                                                           },
        {"object",        "checkout.session"                                                },
        {"customer",      what.customer                                                     },
        {"created",       to_unix_seconds(what.created)                                     },
        {"expires_at",    to_unix_seconds(what.created + session_lives)                     },
        {"status",        what.status                                                       },
        {"ui_mode",       what.ui_mode                                                      },
        {"metadata",      pairs_hash(what.metadata)                                         },
        {"subscription",  text_or_null(what.subscription)                                   },
        {"url",           text_or_null(open ? what.link : "")                               },
        {"client_secret", text_or_null(open && !hosted ? what.id + "_secret_simulated" : "")}
    };
}

// Which URLs a mode takes; what it is called has changed with dahlia.
bool takes(const api_call& call, bool since_dahlia) {
    const auto mode = call.parameter("ui_mode");
    const bool hosted = mode == (since_dahlia ? "hosted_page" : "hosted");
    const bool other = mode == (since_dahlia ? "embedded_page" : "embedded") ||
                       mode == (since_dahlia ? "elements" : "custom");
    const bool has_success = !call.parameter("success_url").empty();
    const bool has_return = !call.parameter("return_url").empty();
    return (hosted && has_success && !has_return) || (other && !has_success && has_return);
}

}  // namespace

sold_session* shop::find_session(const std::string& id) {
    const auto found = std::ranges::find(sessions_, id, &sold_session::id);
    return found == sessions_.end() ? nullptr : &*found;
}

std::optional<api_answer> shop::write_session(const api_call& call) {
    if (call.path == sessions_folder) {
        return open_session(call);
    }
    const std::string end = "/expire";
    if (!call.path.starts_with(sessions_folder + "/") || !call.path.ends_with(end)) {
        return std::nullopt;
    }
    const auto id_at = sessions_folder.size() + 1;
    sold_session* const what =
        find_session(call.path.substr(id_at, call.path.size() - id_at - end.size()));
    if (what == nullptr) {
        return missing();
    }
    if (what->status != "open") {
        return refused("");
    }
    what->status = "expired";
    return shown(shown_session(*what));
}

api_answer shop::open_session(const api_call& call) {
    for (const auto& [name, value] : call.parameters) {
        if (!known_to_open.contains(name)) {
            return refused("parameter_unknown");
        }
    }
    const auto version = call.headers.find("stripe-version");
    const bool since_dahlia = version == call.headers.end() || version->second >= "2026-03-25";
    if (!takes(call, since_dahlia)) {
        return refused("parameter_invalid_enum");
    }
    if (stock_.find(call.parameter("line_items[0][price]")) == nullptr) {
        return refused("resource_missing");
    }
    sold_session made;
    made.id = fmt::format("cs_sold{:04}", sessions_.size() + 1);
    made.customer = call.parameter("customer");
    made.created = now_();
    made.ui_mode = call.parameter("ui_mode");
    made.metadata = {
        {"organization_id", call.parameter("metadata[organization_id]")},
        {"billhook_offer",  call.parameter("metadata[billhook_offer]") }
    };
    made.asked = call;
    if (is_hosted(made.ui_mode)) {
        made.link = hosted_link(call, "https://checkout.stripe.com/c/", "checkout/", made.id);
    }
    sessions_.push_back(made);
    return shown(shown_session(made));
}

std::optional<api_answer> shop::read_sessions(const api_call& call) const {
    if (call.path == sessions_folder) {
        json::array data;
        for (auto each = sessions_.rbegin(); each != sessions_.rend(); ++each) {
            if (each->customer == call.parameter("customer")) {
                data.push_back(shown_session(*each));
            }
        }
        return shown(list_of(std::move(data), sessions_folder));
    }
    for (const auto& each : sessions_) {
        if (call.path == sessions_folder + "/" + each.id) {
            return shown(shown_session(each));
        }
    }
    return std::nullopt;
}

bool shop::complete(const std::string& session) {
    sold_session* const what = find_session(session);
    if (what == nullptr || what->status != "open") {
        return false;
    }
    api_call order;
    const auto take = [&](const char* name, const char* from) {
        if (auto value = what->asked.parameter(from); !value.empty()) {
            order.parameters.emplace_back(name, std::move(value));
        }
    };
    take("customer", "customer");
    take("items[0][price]", "line_items[0][price]");
    take("items[0][quantity]", "line_items[0][quantity]");
    take("metadata[organization_id]", "subscription_data[metadata][organization_id]");
    take("trial_period_days", "subscription_data[trial_period_days]");
    if (create_subscription(order).status != 200) {
        return false;
    }
    sold_.back().keeps_card = true;  // Checkout sees to it
    what->status = "complete";
    what->subscription = sold_.back().is.id;
    return confirm(what->subscription);
}

}  // namespace billhook::simulator
