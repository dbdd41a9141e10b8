#include "tools/recovery/price_list.hpp"

#include "schemas/types/assert.hpp"
#include "tools/recovery/stripe_reads.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>
#include <tuple>

namespace billhook {
namespace {

constexpr std::size_t longest_key = 64;          // of a plan in plans.toml
constexpr std::size_t longest_lookup_key = 255;  // a longer one is none to the fold

std::string string_at(json::value object, std::string_view name) {
    return std::string(object.find(name).as_string().value_or(std::string_view()));
}

account_price price_in(json::value object) {
    account_price found;
    found.id = string_at(object, "id");
    const json::value product = object.find("product");
    found.product = std::string(product.as_string().value_or(std::string_view()));
    if (found.product.empty()) {
        found.product = string_at(product, "id");
        found.product_name = string_at(product, "name");
    }
    found.lookup_key = string_at(object, "lookup_key");
    if (found.lookup_key.size() > longest_lookup_key) {
        found.lookup_key.clear();
    }
    found.currency = string_at(object, "currency");
    found.amount = object.find("unit_amount").as_int64();
    found.interval = string_at(object.find("recurring"), "interval");
    found.interval_count = object.find("recurring").find("interval_count").as_int64().value_or(1);
    found.active = object.find("active").as_bool().value_or(true);
    return found;
}

// What a plan costs a month, for the order of plans alone.
double monthly(const account_price& what) {
    const double months = what.interval == "year"   ? 12.0
                          : what.interval == "week" ? 7.0 / 30
                          : what.interval == "day"  ? 1.0 / 30
                                                    : 1.0;
    return static_cast<double>(what.amount.value_or(0)) /
           (months * static_cast<double>(std::max<std::int64_t>(what.interval_count, 1)));
}

// Letters, digits and _ of a name: "Practice Pro" is practice_pro.
std::string key_of(std::string_view name) {
    std::string key;
    for (const char each : name.substr(0, longest_key - 4)) {
        const bool upper = each >= 'A' && each <= 'Z';
        const bool plain = (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9');
        if (upper || plain) {
            key += upper ? static_cast<char>(each - 'A' + 'a') : each;
        } else if (!key.empty() && key.back() != '_') {
            key += '_';
        }
    }
    while (key.ends_with('_')) {
        key.pop_back();
    }
    return key;
}

// A TOML string. Names are Stripe's text: of control characters nothing is left.
std::string quoted(std::string_view text) {
    std::string out = "\"";
    for (const char each : text) {
        if (each == '"' || each == '\\') {
            out += '\\';
        }
        const bool control = static_cast<unsigned char>(each) < 0x20 || each == 0x7f;
        out += control ? ' ' : each;
    }
    return out + '"';
}

std::string listed(const char* name, const std::set<std::string>& values) {
    std::string line;
    for (const std::string& each : values) {
        line += (line.empty() ? "" : ", ") + quoted(each);
    }
    return line.empty() ? line : fmt::format("{} = [{}]\n", name, line);
}

struct draft {
    std::string name;
    double monthly = 0;
    std::vector<account_price> prices;
};

// One for each product, the dearest last.
std::vector<draft> drafts_of(std::span<const account_price> prices) {
    std::map<std::string, draft> by_product;
    for (const account_price& each : prices) {
        draft& of = by_product[each.product];
        of.name = of.name.empty() ? each.product_name : of.name;
        of.monthly = std::max(of.monthly, monthly(each));
        of.prices.push_back(each);
    }
    std::vector<draft> rising;
    for (auto& [product, of] : by_product) {
        of.name = of.name.empty() ? product : of.name;
        rising.push_back(std::move(of));
    }
    std::ranges::stable_sort(rising, {}, &draft::monthly);
    return rising;
}

std::string section_of(const draft& of, const std::string& key) {
    std::string text = fmt::format("\n[plans.{}]\nname = {}\n", key, quoted(of.name));
    std::set<std::string> lookup_keys;
    std::set<std::string> ids;
    for (const account_price& each : of.prices) {
        each.lookup_key.empty() ? ids.insert(each.id) : lookup_keys.insert(each.lookup_key);
        text += fmt::format(
            "# {}: {}{}\n", each.id, price_words(each), each.active ? "" : ", no longer sold"
        );
    }
    return text + listed("lookup_keys", lookup_keys) + listed("prices", ids) + "features = {}\n";
}

}  // namespace

std::vector<account_price> read_prices(stripe::client& from) {
    std::vector<account_price> found;
    const stripe::request all{
        .path = "/v1/prices", .query = {{"type", "recurring"}, {"expand[]", "data.product"}}
    };
    for_each_page(from, all, [&](const stripe::page& page, instant) {
        for (const json::value each : page.objects) {
            found.push_back(price_in(each));
        }
    });
    std::ranges::sort(found, [](const account_price& a, const account_price& b) {
        return std::tuple(a.product, monthly(a), a.id) < std::tuple(b.product, monthly(b), b.id);
    });
    return found;
}

std::string price_words(const account_price& what) {
    const auto amount = what.amount ? std::to_string(*what.amount) : std::string("by tiers, in");
    return what.interval_count == 1
               ? fmt::format("{} {} each {}", amount, what.currency, what.interval)
               : fmt::format(
                     "{} {} each {} {}s", amount, what.currency, what.interval_count, what.interval
                 );
}

std::string proposed_plans(std::span<const account_price> prices) {
    BILLHOOK_ASSERT(!prices.empty());
    std::string sections;
    std::string lowest;
    std::set<std::string> taken;
    for (const draft& each : drafts_of(prices)) {
        auto key = key_of(each.name);
        key = key.empty() ? "plan" : key;
        for (int n = 2; !taken.insert(key).second; ++n) {
            key = fmt::format("{}_{}", key_of(each.name), n);
        }
        lowest = lowest.empty() ? key : lowest;
        sections += section_of(each, key);
    }
    return fmt::format(
               "# A draft from the {} recurring prices of Stripe's account. Order the plans (they "
               "rise in the\n"
               "# order of the file), move what is sold beside a plan to [addons.NAME], and say "
               "what each\n"
               "# gives in `features`. Then: billhook plans check, plans try, plans apply.\n"
               "trial = \"14d\"\ntrial_plan = {}\n",
               prices.size(),
               quoted(lowest)
           ) +
           sections +
           "\n[dunning]\ngrace = \"7d\"\nrestricted = \"14d\"\nnotices = [\"0d\", \"3d\", \"5d\", "
           "\"14d\"]\n";
}

}  // namespace billhook
