#include "tools/simulator/terms.hpp"

#include <boost/json/value.hpp>

#include <algorithm>
#include <fmt/format.h>

namespace billhook::simulator {

namespace {

template <class T>
boost::json::value value_or_null(const std::optional<T>& what) {
    return what ? boost::json::value(*what) : boost::json::value(nullptr);
}

boost::json::value date_or_null(const std::optional<instant>& at) {
    return at ? boost::json::value(to_rfc3339(*at)) : boost::json::value(nullptr);
}

}  // namespace

std::optional<instant> end_under(const subscription& what, const schedule* under) {
    if (under == nullptr || !under->cancels || what.period_start >= under->phases.back().end) {
        return std::nullopt;
    }
    return under->phases.back().end;
}

terms terms_of(const subscription& what, const schedule* under) {
    auto end = what.period_end;
    for (const auto& item : what.items) {
        end = std::min(end, item.period_end.value_or(what.period_end));
    }
    terms shown;
    int months = 0;
    bool same = true;
    bool counted = true;
    std::int64_t sum = 0;
    for (const auto& item : what.items) {
        if (item.period_end.value_or(what.period_end) != end) {
            continue;
        }
        same = same && (months == 0 || months == item.price.months);
        months = item.price.months;
        counted = counted && !item.price.metered;
        sum += item.price.amount_minor * item.quantity;
    }
    if (same) {
        const bool years = months % 12 == 0;
        shown.interval = years ? "year" : "month";
        shown.interval_count = years ? months / 12 : months;
    }
    shown.currency = what.items.front().price.currency;
    if (counted) {
        shown.amount = sum;
    }
    const bool runs = what.status == "trialing" || what.status == "active" ||
                      what.status == "past_due" || what.status == "unpaid";
    shown.cancels_at = what.cancel_at;
    if (!shown.cancels_at && runs && what.cancel_at_period_end) {
        shown.cancels_at = end;
    }
    if (!shown.cancels_at) {
        shown.cancels_at = end_under(what, under);
    }
    if (runs && (!shown.cancels_at || end < *shown.cancels_at)) {
        shown.renews_at = end;
    }
    if (what.status == "trialing") {
        shown.trial_ends_at = what.trial_end;
    }
    return shown;
}

void add_terms(boost::json::object& to, const terms& of) {
    to["billing_interval"] = value_or_null(of.interval);
    to["billing_interval_count"] = value_or_null(of.interval_count);
    to["currency"] = value_or_null(of.currency);
    to["amount"] = value_or_null(of.amount);
    to["renews_at"] = date_or_null(of.renews_at);
    to["cancels_at"] = date_or_null(of.cancels_at);
    to["trial_ends_at"] = date_or_null(of.trial_ends_at);
}

std::string to_words(const terms& of) {
    std::string text;
    if (of.currency) {
        text += fmt::format(
            ", {} {} each {} {}",
            of.amount ? std::to_string(*of.amount) : "?",
            *of.currency,
            of.interval_count.value_or(0),
            of.interval.value_or("?")
        );
    }
    const auto add = [&](std::string_view what, const std::optional<instant>& at) {
        text += at ? fmt::format(", {} {}", what, to_rfc3339(*at)) : "";
    };
    add("renews", of.renews_at);
    add("cancels", of.cancels_at);
    add("trial ends", of.trial_ends_at);
    return text;
}

}  // namespace billhook::simulator
