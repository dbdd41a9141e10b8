#include "tools/simulator/calendar.hpp"
#include "tools/simulator/render_parts.hpp"
#include "tools/simulator/selling_answers.hpp"
#include "tools/simulator/shop.hpp"

#include <algorithm>
#include <fmt/format.h>

// Schedules: the phase of now, and one that follows it.
namespace billhook::simulator {
namespace {

const std::string schedules_folder = "/v1/subscription_schedules";

json::object phase_hash(const price& of, std::int64_t quantity, instant start, instant end) {
    json::object item{
        {"price",    of.id   },
        {"quantity", quantity}
    };
    return {
        {"items",      json::array{std::move(item)}},
        {"start_date", to_unix_seconds(start)      },
        {"end_date",   to_unix_seconds(end)        }
    };
}

}  // namespace

json::object shop::schedule_hash(const sold_schedule& what) const {
    const auto of = std::ranges::find_if(sold_, [&](const auto& each) {
        return each.is.id == what.subscription;
    });
    const auto& item = of->is.items.front();
    json::array phases{phase_hash(item.price, item.quantity, what.start, what.end)};
    if (const price* const next = stock_.find(what.next_price)) {
        const auto end = months_after(what.end, next->months);
        phases.push_back(phase_hash(*next, what.next_quantity, what.end, end));
    }
    json::object out{
        {"id",                    what.id                                             },
        {"object",                "subscription_schedule"                             },
        {"created",               to_unix_seconds(what.created)                       },
        {"customer",              of->is.customer                                     },
        {"subscription",          text_or_null(what.released ? "" : what.subscription)},
        {"released_subscription", text_or_null(what.released ? what.subscription : "")},
        {"status",                what.released ? "released" : "active"               },
        {"end_behavior",          "release"                                           },
        {"phases",                std::move(phases)                                   }
    };
    out["current_phase"] = nullptr;
    if (!what.released) {
        out["current_phase"] = json::object{
            {"start_date", to_unix_seconds(what.start)},
            {"end_date",   to_unix_seconds(what.end)  }
        };
    }
    return out;
}

api_answer shop::shown_schedule(const sold_schedule& what) const {
    return shown(schedule_hash(what));
}

std::optional<api_answer> shop::write_schedule(const api_call& call) {
    if (call.path == schedules_folder) {
        sold_subscription* const of = find_subscription(call.parameter("from_subscription"));
        if (of == nullptr || !of->schedule.empty() || of->is.ended_at) {
            return refused("");
        }
        sold_schedule made;
        made.id = fmt::format("sub_sched_sold{:04}", schedules_.size() + 1);
        made.subscription = of->is.id;
        made.created = now_();
        made.start = of->is.period_start;
        made.end = of->is.period_end;
        of->schedule = made.id;
        schedules_.push_back(made);
        return shown_schedule(made);
    }
    const std::string release = "/release";
    for (auto& each : schedules_) {
        const auto path = schedules_folder + "/" + each.id;
        if (each.released || (call.path != path && call.path != path + release)) {
            continue;
        }
        if (call.path == path) {
            return update_schedule(call, each);
        }
        each.released = true;
        find_subscription(each.subscription)->schedule.clear();
        return shown_schedule(each);
    }
    return std::nullopt;
}

api_answer shop::update_schedule(const api_call& call, sold_schedule& what) {
    const auto& item = find_subscription(what.subscription)->is.items.front();
    const bool keeps_now =
        call.parameter("phases[0][items][0][price]") == item.price.id &&
        call.parameter("phases[0][start_date]") == std::to_string(to_unix_seconds(what.start)) &&
        call.parameter("phases[0][end_date]") == std::to_string(to_unix_seconds(what.end));
    const bool ends = !call.parameter("phases[1][duration][interval]").empty();
    const auto next = call.parameter("phases[1][items][0][price]");
    if (!keeps_now || !ends || stock_.find(next) == nullptr) {
        return refused("");
    }
    what.next_price = next;
    what.next_quantity = std::stoll(call.parameter("phases[1][items][0][quantity]"));
    return shown_schedule(what);
}

std::optional<api_answer> shop::read_schedules(const api_call& call) const {
    if (call.path == schedules_folder) {
        return list_schedules(call);
    }
    for (const auto& each : schedules_) {
        if (call.path == schedules_folder + "/" + each.id) {
            return shown_schedule(each);
        }
    }
    return std::nullopt;
}

api_answer shop::list_schedules(const api_call& call) const {
    const auto customer = call.parameter("customer");
    json::array data;
    for (auto each = schedules_.rbegin(); each != schedules_.rend(); ++each) {
        auto one = schedule_hash(*each);
        if (customer.empty() || one.at("customer").as_string() == customer) {
            data.push_back(std::move(one));
        }
    }
    return shown(list_of(std::move(data), schedules_folder));
}

}  // namespace billhook::simulator
