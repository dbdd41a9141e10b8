#include "tools/selling/wanted.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>
#include <map>

namespace billhook::selling {

namespace {

constexpr std::array<std::int64_t, 3> amounts_of_the_month{2'900, 7'900, 19'900};
constexpr std::int64_t largest_amount = 99'999'999;  // Stripe's eight digits

using amounts = std::map<std::string, std::int64_t>;  // by plan

amounts amounts_in(
    const std::vector<std::string>& told,
    const char* flag,
    const catalogue& plans,
    std::vector<std::string>& wrong
) {
    amounts read;
    for (const std::string& each : told) {
        const auto equals = each.find('=');
        const auto plan = each.substr(0, equals);
        const auto text = equals == each.npos ? std::string() : each.substr(equals + 1);
        std::int64_t amount = -1;
        const auto end = text.data() + text.size();
        const auto [stopped, code] = std::from_chars(text.data(), end, amount);
        if (code != std::errc{} || stopped != end || amount < 0 || amount > largest_amount) {
            wrong.push_back(
                fmt::format("{} {}: is not PLAN=AMOUNT, as {} pro=7900 for 79.00", flag, each, flag)
            );
        } else if (plans.find(plan) == nullptr) {
            wrong.push_back(fmt::format("{} {}: there is no plan {}", flag, each, plan));
        } else if (!read.emplace(plan, amount).second) {
            wrong.push_back(fmt::format("{} {}: says it twice", flag, each));
        }
    }
    return read;
}

bool is_yearly(std::string_view lookup_key) {
    return lookup_key.ends_with("yearly") || lookup_key.ends_with("annual");
}

// The plan's lookup key for that interval; empty and said if there is none, or several.
std::string key_for(const plan& of, bool by_year, std::vector<std::string>& wrong) {
    const char* const ending = by_year ? "_yearly" : "_monthly";
    std::vector<std::string> fit;
    for (const std::string& each : of.lookup_keys) {
        if (is_yearly(each) == by_year) {
            fit.push_back(each);
        }
    }
    if (const auto plain = of.key + ending; std::ranges::count(fit, plain) > 0) {
        return plain;
    }
    if (fit.size() == 1) {
        return fit.front();
    }
    wrong.push_back(fmt::format(
        "plan {} has {} to sell it by the {}: put {}{} into its lookup_keys",
        of.key,
        fit.empty() ? "no lookup key" : "several lookup keys",
        by_year ? "year" : "month",
        of.key,
        ending
    ));
    return {};
}

bool is_currency(std::string_view text) {
    return text.size() == 3 &&
           std::ranges::all_of(text, [](char each) { return each >= 'a' && each <= 'z'; });
}

bool is_url(std::string_view text) {
    return text.empty() || (text.starts_with("https://") && text.size() > 8 &&
                            text.find_first_of(" \t\r\n#") == text.npos);
}

}  // namespace

result<wanted_account, std::vector<std::string>> wanted_from(
    const catalogue& plans,
    const wish& told
) {
    std::vector<std::string> wrong;
    const auto monthly = amounts_in(told.monthly, "--monthly", plans, wrong);
    const auto yearly = amounts_in(told.yearly, "--yearly", plans, wrong);
    if (!is_currency(told.currency)) {
        wrong.push_back("--currency: three small letters, as usd");
    }
    if (!is_url(told.endpoint) || !is_url(told.return_url)) {
        wrong.push_back("--endpoint and --return-url begin with https://");
    }
    wanted_account all{
        .plans = {},
        .currency = told.currency,
        .endpoint = told.endpoint,
        .return_url = told.return_url};
    for (const plan& each : plans.plans) {
        const auto by_month = monthly.find(each.key);
        const auto by_year = yearly.find(each.key);
        const bool named = by_month != monthly.end() || by_year != yearly.end();
        if (each.lookup_keys.empty() && !named) {
            continue;
        }
        wanted_plan next{
            .key = each.key, .name = each.name, .product = "billhook_" + each.key, .prices = {}};
        if (each.products.size() == 1) {
            next.product = *each.products.begin();
        }
        const bool has_default = all.plans.size() < amounts_of_the_month.size();
        if (by_month != monthly.end()) {
            next.prices.push_back({key_for(each, false, wrong), "month", by_month->second, true});
        } else if (has_default) {
            const auto amount = amounts_of_the_month[all.plans.size()];
            next.prices.push_back({key_for(each, false, wrong), "month", amount, false});
        } else {
            wrong.push_back(
                fmt::format("plan {}: what does it cost? --monthly {}=AMOUNT", each.key, each.key)
            );
        }
        if (by_year != yearly.end()) {
            next.prices.push_back({key_for(each, true, wrong), "year", by_year->second, true});
        }
        all.plans.push_back(std::move(next));
    }
    if (all.plans.empty() && wrong.empty()) {
        wrong.push_back("no plan of plans.toml has lookup_keys, by which it could be sold");
    }
    if (!wrong.empty()) {
        return wrong;
    }
    return all;
}

}  // namespace billhook::selling
