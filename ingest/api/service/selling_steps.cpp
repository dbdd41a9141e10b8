#include "ingest/api/calls/confirmation.hpp"
#include "ingest/api/service/at_stripe.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

// What a sale begins with: a price, what the organization has already, and room for what comes.
namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

constexpr std::size_t keys_at_once = 10;  // lookup keys in one question

void take_list(std::vector<sold_price>& into, const json::value& list) {
    for (const json::value each : list.find("data").items()) {
        if (auto price = sold_price_from(each)) {
            into.push_back(*std::move(price));
        }
    }
}

std::vector<sold_price> by_lookup_key(const at_work& at, const plan& of) {
    std::vector<sold_price> found;
    for (auto key = of.lookup_keys.begin(); key != of.lookup_keys.end();) {
        stripe::request list{
            .path = "/v1/prices", .query = {{"active", "true"}, {"limit", "100"}}
        };
        for (std::size_t i = 0; i < keys_at_once && key != of.lookup_keys.end(); ++i, ++key) {
            list.query.emplace_back("lookup_keys[]", *key);
        }
        take_list(found, at.get(list).body.root());
    }
    return found;
}

std::vector<sold_price> by_id(const at_work& at, const plan& of) {
    std::vector<sold_price> found;
    for (const std::string& id : of.prices) {
        const stripe::request one{.path = "/v1/prices/" + stripe::percent_encoded(id)};
        const auto told =
            asked_through(at.with.circuit, [&] { return at.stripe.get(one, at.asked.until); });
        if (!told && told.error().status != 404) {  // a legacy plan, or of the other mode
            throw refused_by_stripe{told.error()};
        }
        if (told) {
            if (auto price = sold_price_from(told->body.root())) {
                found.push_back(*std::move(price));
            }
        }
    }
    return found;
}

std::vector<sold_price> by_product(const at_work& at, const plan& of) {
    std::vector<sold_price> found;
    for (const std::string& product : of.products) {
        const stripe::request list{
            .path = "/v1/prices",
            .query = {{"active", "true"}, {"limit", "100"}, {"product", product}}
        };
        take_list(found, at.get(list).body.root());
    }
    return found;
}

constexpr std::array price_sources{by_lookup_key, by_id, by_product};

// The webhook tells of it, too: whether this record stands in the log decides nothing.
void publish_end(const at_work& at, const std::string& id) {
    const auto now = at.get({.path = subscription_path(id)});
    static_cast<void>(published(
        at,
        {"customer.subscription.updated",
         id,
         without_expansions(now.body.root()),
         now.as_of.value_or(at.with.time.now())}
    ));
}

}  // namespace

std::string subscription_path(const std::string& id) {
    return "/v1/subscriptions/" + stripe::percent_encoded(id);
}

result<sold_price, problem> price_at_stripe(
    const at_work& at,
    const order& wanted,
    const std::optional<std::string>& currency
) {
    const auto standing = currency ? std::nullopt : at.state.standing(at.organization());
    const auto& in = standing ? standing->currency : currency;
    const plan& of = *at.with.plans.find(wanted.plan);
    problem_code why = problem_code::price_unavailable;
    for (const auto& source : price_sources) {
        auto found = price_for(wanted, source(at, of), at.with.plans, in);
        if (found) {
            return found;
        }
        if (found.error().code == problem_code::other_currency) {
            why = problem_code::other_currency;
        }
    }
    return problem{why};
}

std::vector<shown_prices> all_prices_at_stripe(const at_work& at) {
    std::vector<shown_prices> shown;
    for (const plan& each : at.with.plans.plans) {
        auto& lists = shown.emplace_back();
        for (std::size_t i = 0; i < lists.size(); ++i) {
            lists[i] = price_sources[i](at, each);
        }
    }
    return shown;
}

std::vector<owned_subscription> subscriptions_of(const at_work& at, const std::string& customer) {
    const stripe::request list{
        .path = "/v1/subscriptions",
        .query = {{"customer", customer}, {"status", "all"}, {"limit", "100"}}
    };
    const auto told = at.get(list);
    std::vector<owned_subscription> shown;
    for (const json::value each : told.body.root().find("data").items()) {
        shown.push_back(owned_from(each));
    }
    return with_shown(at.state.subscriptions(at.organization()), shown);
}

bool end_abandoned(const at_work& at, const std::vector<std::string>& ids) {
    for (const std::string& id : ids) {
        const stripe::request one{.path = subscription_path(id)};
        const auto before = at.get(one);
        const auto invoice = before.body.root().find("latest_invoice").as_string();
        if (before.body.root().find("status").as_string() != "incomplete" || !invoice) {
            return false;
        }
        // To delete a subscription would end one that was paid a moment ago, too; to void its
        // invoice is refused then, and ends it otherwise.
        const stripe::writing annul{
            .path = "/v1/invoices/" + stripe::percent_encoded(*invoice) + "/void",
            .form = {},
            .key = fresh_key(),
            .until = at.asked.until};
        const auto annulled = at.post(annul);
        if (!annulled && annulled.error().status == 400) {
            return false;
        }
        if (!annulled) {
            throw refused_by_stripe{annulled.error()};
        }
        publish_end(at, id);
    }
    return true;
}

}  // namespace billhook::api
