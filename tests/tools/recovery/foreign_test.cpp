// Accounts that other tools wrote, taken over: the recorded sequences of BILLHOOK_CORPUS, as they
// stand an hour after the last of them, and half a year later, when Stripe lists no event any more.
#include "schemas/json/reader.hpp"
#include "schemas/plans/read_plans.hpp"
#include "tests/builders/corpus.hpp"
#include "tests/tools/recovery/taken_over.hpp"
#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/recovery/foretold.hpp"
#include "tools/recovery/price_list.hpp"
#include "tools/simulator/recorded_account.hpp"
#include "worker/domain/assess.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;

organization_id organization_of(const std::string& customer) {
    return organization_id("org_of_" + customer);
}

// Billhook, installed today beside the account.
class newcomer {
public:
    explicit newcomer(const recorded_account& account, instant today)
        : account_(account), worker_(today) {}

    // What `billhook adopt` does; the plans are those that it proposes.
    adoption_report adopt(instant now) {
        simulated_stripe stripe(account_, now, 1, false);
        fixed_clock time(now);
        const auto report = taken_over(stripe.client, worker_, time);
        const auto prices = read_prices(stripe.client);
        if (!prices.empty()) {
            const auto draft = read_plans(proposed_plans(prices));
            REQUIRE(draft.has_value());
            plans_ = *draft;
        }
        return report;
    }
    // The application says whose its customers are.
    void fill_rows(const std::vector<std::string>& customers, instant since) {
        std::vector<organization_life> rows(customers.size());
        for (std::size_t n = 0; n < customers.size(); ++n) {
            rows[n].organization = organization_of(customers[n]);
            rows[n].row = {since, customers[n]};
        }
        worker_.sweep(rows);
    }
    [[nodiscard]] standing of(const std::string& customer, instant now) const {
        return assess(worker_.projection.load(organization_of(customer)), plans_, now);
    }
    // Of notices, if mails begin now.
    [[nodiscard]] std::size_t sent(const std::vector<std::string>& customers, instant now) const {
        std::vector<organization_facts> all;
        for (const auto& each : customers) {
            all.push_back(worker_.projection.load(organization_of(each)));
            all.back().notices_since = now;
        }
        const auto due = assess_each(all, plans_, now).notices;
        return static_cast<std::size_t>(std::ranges::count_if(due, [](const due_notice& each) {
            return each.sent.has_value();
        }));
    }

private:
    const recorded_account& account_;
    memory_worker worker_;
    catalogue plans_ = plans_for_tests();
};

// Those that no subscription claims for an organization by its metadata.
std::vector<std::string> customers_in(const recorded_account& account) {
    std::set<std::string> claimed;
    for (const auto& each : account.objects) {
        const auto body = json::read(each.body);
        REQUIRE(body.has_value());
        if (body->root().find("metadata").find("organization_id").is_string()) {
            claimed.insert(each.fields.at("customer"));
        }
    }
    std::vector<std::string> ids;
    for (const auto& each : account.objects) {
        if (each.path == "/v1/customers" && each.fields.at("deleted") == "false" &&
            !claimed.contains(each.id)) {
            ids.push_back(each.id);
        }
    }
    return ids;
}

// The words that Stripe has for the subscriptions of a customer; "over" once an announced end has
// passed.
std::set<std::string> statuses_of(
    const std::string& customer,
    const recorded_account& account,
    instant now
) {
    std::set<std::string> words;
    for (const auto& each : account.objects) {
        if (each.path == "/v1/subscriptions" && each.fields.at("customer") == customer) {
            const auto body = json::read(each.body);
            REQUIRE(body.has_value());
            const auto end = body->root().find("cancel_at").as_int64();
            const bool over = end && from_unix_seconds(*end) <= now;
            words.insert(over ? "over" : each.fields.at("status"));
        }
    }
    return words;
}

// Nothing, or why what an organization has is not what its customer's subscriptions say.
std::string wrong(const std::set<std::string>& statuses, const standing& is) {
    const bool pays = statuses.contains("active") || statuses.contains("trialing");
    const bool owes = statuses.contains("past_due") || statuses.contains("unpaid");
    if (pays && is.access != access_level::full) {
        return "pays, and is kept out";
    }
    if (!pays && owes && !is.in_dunning) {
        return "owes, and is not dunned";
    }
    if (!pays && !owes && is.access == access_level::full) {
        return "has nothing, and full access";
    }
    return "";
}

bool is_named(
    const std::string& customer,
    const recorded_account& account,
    const adoption_report& by
) {
    return std::ranges::any_of(by.last.divergences, [&](const divergence& each) {
        return each.object == customer ||
               std::ranges::any_of(account.objects, [&](const recorded_object& object) {
                   return object.id == each.object && object.fields.at("customer") == customer;
               });
    });
}

std::string causes(const adoption_report& of) {
    std::string text;
    for (const divergence& each : of.last.divergences) {
        text += std::string(to_word(each.cause)) + ' ' + each.object + '\n';
    }
    return text;
}

// How many organizations of customers with a subscription are right.
std::size_t take_over(const recorded_account& account, instant today) {
    newcomer here(account, today);
    const auto customers = customers_in(account);
    const auto first = here.adopt(today);
    for (const auto& each : customers) {
        CAPTURE(each);
        CHECK((statuses_of(each, account, today).empty() || is_named(each, account, first)));
    }
    here.fill_rows(customers, today - std::chrono::years{20});
    const auto second = here.adopt(today + 1min);
    std::size_t right = 0;
    for (const auto& each : customers) {
        CAPTURE(each);
        const auto is = here.of(each, today + 1min);
        const auto statuses = statuses_of(each, account, today);
        const auto why = wrong(statuses, is);
        right += !statuses.empty() && why.empty() ? 1 : 0;
        INFO(why << "; " << to_word(is.access) << " " << to_word(is.why) << "\n" << causes(second));
        CHECK((why.empty() || is_named(each, account, second)));
    }
    CHECK(here.sent(customers, today + 1min) == 0);
    const auto third = here.adopt(today + 2min);
    INFO(causes(third));
    CHECK(third.events.published == 0);
    CHECK(third.readings == 0);
    return right;
}

std::vector<std::string> bodies_in(const std::string& folder) {
    std::vector<std::string> bodies;
    for (const auto& file : builders::corpus_files(folder)) {
        bodies.push_back(builders::contents(file));
    }
    return bodies;
}

}  // namespace

TEST_CASE("adoption: the accounts of recorded sequences") {
    std::size_t right = 0;
    const auto sequences = builders::corpus_sequences();
    for (const auto& each : sequences) {
        CAPTURE(each);
        const auto account = account_after(bodies_in(each), false);
        right += take_over(account, account.last + 1h);
        right += take_over(account, account.last + 24h * 180);
    }
    CHECK((sequences.empty() || right > sequences.size()));
}

TEST_CASE("adoption: one account of everything that was recorded") {
    std::vector<std::string> bodies;
    const auto add = [&](const std::string& folder) {
        for (auto& each : bodies_in(folder)) {
            bodies.push_back(std::move(each));
        }
    };
    for (const auto& each : builders::corpus_sequences()) {
        add(each);
    }
    if (bodies.empty()) {
        return;
    }
    add("objects");
    add(".");
    const auto account = account_after(bodies, false);
    CHECK(take_over(account, account.last + 24h * 60) > 20);
}

}  // namespace billhook::simulator
