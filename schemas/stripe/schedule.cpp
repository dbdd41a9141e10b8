#include "schemas/stripe/schedule.hpp"

#include "schemas/stripe/subscription.hpp"

#include <algorithm>

namespace billhook::stripe {

namespace {

bool is_over(std::string_view type, std::string_view status) {
    return status == "completed" || status == "canceled" || status == "released" ||
           type == "subscription_schedule.completed" || type == "subscription_schedule.canceled" ||
           type == "subscription_schedule.released" || type == "subscription_schedule.aborted";
}

// The end of its last phase, if the subscription is canceled then.
std::optional<instant> end_in(json::value object, field_reader& in) {
    if (object.find("end_behavior").as_string() != "cancel") {
        return std::nullopt;
    }
    std::optional<instant> last;
    for (const json::value phase : object.find("phases").items()) {
        last = std::max(last, in.time(phase.find("end_date")));
    }
    return last;
}

}  // namespace

void read_schedule(
    schedule_fact& fact,
    std::string_view type,
    json::value object,
    field_reader& in
) {
    fact.customer = in.reference<customer_id>(object.find("customer"));
    fact.subscription = in.reference<subscription_id>(object.find("subscription"));
    if (!fact.subscription) {
        fact.subscription = in.reference<subscription_id>(object.find("released_subscription"));
    }
    fact.status = in.text(object.find("status")).value_or(std::string());
    fact.over = is_over(type, fact.status);
    fact.first = type == "subscription_schedule.created";
    fact.ends_at = end_in(object, in);
    const json::value current = object.find("current_phase");
    if (!current.is_object()) {
        return;  // it has not started
    }
    fact.phase_start = in.time(current.find("start_date"));
    const auto end = in.time(current.find("end_date"));
    for (const json::value phase : object.find("phases").items()) {
        const auto start = in.time(phase.find("start_date"));
        if (start && end && *end <= *start && (!fact.next_at || *start < *fact.next_at)) {
            fact.next_at = start;
            fact.next_items = items_in(phase.find("items"), in);
        }
    }
}

}  // namespace billhook::stripe
