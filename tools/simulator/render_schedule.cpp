#include "tools/simulator/render_parts.hpp"

#include <utility>

namespace billhook::simulator {

namespace {

json::object shown_phase(const schedule_phase& phase) {
    json::object item;
    item["price"] = phase.price.id;
    item["plan"] = phase.price.id;
    if (!phase.price.metered) {
        item["quantity"] = phase.quantity;
    }
    json::object out;
    out["currency"] = phase.price.currency;
    out["start_date"] = to_unix_seconds(phase.start);
    out["end_date"] = to_unix_seconds(phase.end);
    out["items"] = json::array{std::move(item)};
    out["metadata"] = json::object{};
    out["proration_behavior"] = "create_prorations";
    out["trial_end"] = nullptr;
    return out;
}

json::value current_phase_of(const schedule& what) {
    if (what.status != "active") {
        return nullptr;
    }
    const auto& phase = what.phases[what.current];
    return json::object{
        {"start_date", to_unix_seconds(phase.start)},
        {"end_date",   to_unix_seconds(phase.end)  }
    };
}

}  // namespace

boost::json::object render(const schedule& what, const rendering& as) {
    const auto over_as = [&](std::string_view status) {
        return what.status == status ? time_or_null(what.over_at) : json::value(nullptr);
    };
    json::array phases;
    for (const auto& phase : what.phases) {
        phases.emplace_back(shown_phase(phase));
    }
    json::object out;
    out["id"] = what.id;
    out["object"] = "subscription_schedule";
    out["canceled_at"] = over_as("canceled");
    out["completed_at"] = over_as("completed");
    out["created"] = to_unix_seconds(what.created);
    out["current_phase"] = current_phase_of(what);
    out["customer"] = what.customer;
    out["end_behavior"] = what.cancels ? "cancel" : "release";
    out["livemode"] = as.livemode;
    out["metadata"] = json::object{};
    out["phases"] = std::move(phases);
    out["released_at"] = over_as("released");
    out["released_subscription"] = text_or_null(what.released_subscription);
    out["status"] = what.status;
    out["subscription"] = text_or_null(what.subscription);
    return out;
}

}  // namespace billhook::simulator
