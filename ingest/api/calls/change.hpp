#pragma once

#include "ingest/api/calls/order.hpp"
#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

// Changes of a living subscription: what is asked, when it happens, and what Stripe is told. Pure.
namespace billhook::api {

enum class change_time : std::uint8_t { now, period_end };
[[nodiscard]] std::string_view to_word(change_time what);
[[nodiscard]] std::optional<change_time> change_time_from(std::string_view word);

enum class change_direction : std::uint8_t { none, upgrade, downgrade };
[[nodiscard]] std::string_view to_word(change_direction what);

// What is not said stays as it is.
struct change_order {
    std::optional<std::string> plan;
    std::optional<order_interval> interval;
    std::optional<std::int64_t> quantity;
    std::optional<change_time> when;

    friend bool operator==(const change_order&, const change_order&) = default;
};
// {"plan":"pro","interval":"year","quantity":3,"when":"period_end"}, at least one of the first
// three. malformed_body, unknown_plan.
[[nodiscard]] result<change_order, http::problem> change_from(
    const json::value& body,
    const catalogue& plans
);

// A subscription as Stripe shows it.
struct subscribed {
    struct item {
        std::string id;
        sold_price price;
        std::int64_t quantity = 1;
        friend bool operator==(const item&, const item&) = default;
    };
    std::string id;
    std::string status;    // Stripe's word
    std::string schedule;  // id; empty: none is attached
    std::vector<item> items;
    std::size_t plan_item = 0;        // the first whose price belongs to a plan, else the first
    std::optional<std::string> plan;  // its key
    std::optional<instant> period_end;
    std::optional<instant> trial_end;
    std::optional<instant> cancel_at;
    bool cancels_at_period_end = false;

    [[nodiscard]] const item& sold() const { return items[plan_item]; }
    // It has an end, be it set as the period's or as a date.
    [[nodiscard]] std::optional<instant> ends_at() const;
};
// Nothing if it has no id or no item.
[[nodiscard]] std::optional<subscribed> subscribed_from(
    const json::value& shown,
    const catalogue& plans
);

struct planned_change {
    order to;
    change_direction direction = change_direction::none;
    change_time when = change_time::now;
    bool keeps_price = false;  // of the same plan and interval: also if that is sold no more
};
// A higher plan is an upgrade and a lower one a downgrade; of the same plan the year is more than
// the month, and of the same interval more seats are. What is more happens now, what is less at the
// period's end, if nothing else is asked. malformed_body if the plan or interval of now is none of
// ours and none is named.
[[nodiscard]] result<planned_change, http::problem> planned(
    const change_order& asked,
    const subscribed& from,
    const catalogue& plans
);

using form_fields = std::vector<std::pair<std::string, std::string>>;

// Now: the item in place of the former, billed at once. Until it is paid the former plan stays.
[[nodiscard]] form_fields update_form(
    const subscribed& of,
    const sold_price& price,
    std::int64_t quantity
);
// At the period's end: the schedule's current phase as it is, then one of the new item, then the
// subscription goes on by itself. Nothing if `schedule` shows no current phase.
[[nodiscard]] std::optional<form_fields> phases_form(
    const subscribed& of,
    const json::value& schedule,
    const sold_price& price,
    std::int64_t quantity
);
// What would be billed now, or (`recurring`) each time from then on.
[[nodiscard]] form_fields preview_form(
    const subscribed& of,
    const sold_price& price,
    std::int64_t quantity,
    bool recurring
);

}  // namespace billhook::api
