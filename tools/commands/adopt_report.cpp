#include "tools/commands/adopt_report.hpp"

#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/ledger/array_literal.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <algorithm>
#include <fmt/format.h>

namespace billhook {
namespace {

// Tables for people; all of them are in the JSON.
constexpr std::size_t rows_shown = 50;

constexpr const char* unmapped_statement =
    "SELECT u.stripe_customer_id, count(s.id) FILTER (WHERE NOT s.deleted AND s.status NOT IN "
    "('canceled', 'incomplete', 'incomplete_expired')), count(s.id) FILTER (WHERE s.deleted OR "
    "s.status IN ('canceled', 'incomplete', 'incomplete_expired')), EXISTS (SELECT FROM "
    "{0}.checkout_sessions o WHERE o.customer = u.stripe_customer_id) FROM "
    "billing.unmapped_customers u LEFT JOIN {0}.subscriptions s ON s.customer = "
    "u.stripe_customer_id GROUP BY 1 ORDER BY 2 DESC, 1";

std::string shown(std::size_t count, std::size_t of) {
    return of > count ? fmt::format("... and {} more; --json has all\n", of - count) : "";
}

std::string unmapped_text(const taken_over& what) {
    text_table table({"unmapped customer", "living", "ended", "why", "to type"});
    const auto waiting = static_cast<std::size_t>(what.waiting());
    std::size_t rows = 0;
    for (const unmapped_customer& each : what.unmapped) {
        if (each.living > 0 && ++rows <= rows_shown) {
            table.add(
                {each.id,
                 std::to_string(each.living),
                 std::to_string(each.ended),
                 why_unmapped(each),
                 remedy_of(each)}
            );
        }
    }
    return waiting == 0 ? "" : table.text() + shown(rows_shown, waiting) + "\n";
}

std::string unlisted_text(const taken_over& what) {
    text_table table({"price of no list", "organizations", "to do"});
    for (const unlisted_price& each : what.unlisted) {
        table.add(
            {each.id.empty() ? "a price without id" : each.id,
             std::to_string(each.organizations),
             "list it in plans.toml, then billhook plans try and plans apply"}
        );
    }
    return table.empty() ? "" : table.text() + "\n";
}

std::string misnamed_text(const taken_over& what) {
    text_table table({"misnamed customer", "organization", "to do"});
    for (std::size_t at = 0; at < what.misnamed.size() && at < rows_shown; ++at) {
        const misnamed_customer& each = what.misnamed[at];
        table.add({each.id, each.organization, remedy_of(each)});
    }
    return table.empty() ? "" : table.text() + shown(rows_shown, what.misnamed.size()) + "\n";
}

std::string stale_text(const taken_over& what) {
    text_table table({"stale organization", "to type"});
    for (std::size_t at = 0; at < what.stale.size() && at < rows_shown; ++at) {
        table.add({what.stale[at], "billhook explain " + what.stale[at]});
    }
    return table.empty() ? "" : table.text() + shown(rows_shown, what.stale.size()) + "\n";
}

}  // namespace

std::int64_t taken_over::waiting() const {
    return std::ranges::count_if(unmapped, [](const auto& each) { return each.living > 0; });
}

std::string why_unmapped(const unmapped_customer& which) {
    return which.asked_checkout
               ? "no metadata and no row names its organization, nor does its Checkout session"
               : "no metadata and no row names its organization, and no Checkout session is known";
}

std::string remedy_of(const unmapped_customer& which) {
    return "billhook link ORGANIZATION " + which.id;
}

std::string remedy_of(const misnamed_customer& which) {
    return "correct stripe_customer_id of the organization's row, then billhook unlink " + which.id;
}

taken_over read_taken_over(pqxx::connection& in, const std::vector<std::string>& misnamed) {
    taken_over found;
    std::string schema;
    {
        pqxx::nontransaction asks(in);
        schema = live_schema_of(asks).schema;
    }
    // One snapshot.
    pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> asks(in);
    found.mapped = asks.exec1(fmt::format(
        "SELECT count(*) FROM {}.customers c WHERE c.known AND NOT EXISTS (SELECT FROM "
        "billing.unmapped_customers u WHERE u.stripe_customer_id = c.id)",
        schema
    ))[0]
                       .as<std::int64_t>();
    for (const auto& row : asks.exec(fmt::format(unmapped_statement, schema))) {
        found.unmapped.push_back(
            {row[0].c_str(),
             row[1].as<std::int64_t>(),
             row[2].as<std::int64_t>(),
             row[3].as<bool>()}
        );
    }
    for (const auto& row : asks.exec(fmt::format(
             "SELECT price, count(*) FROM {}.standings, unnest(unlisted_prices) AS price GROUP BY "
             "price ORDER BY count(*) DESC, price",
             schema
         ))) {
        found.unlisted.push_back({row[0].c_str(), row[1].as<std::int64_t>()});
    }
    for (const auto& row : asks.exec_params(
             fmt::format(
                 "SELECT id, organization FROM {}.customers WHERE id = ANY ($1::text[]) AND "
                 "organization IS NOT NULL ORDER BY 1",
                 schema
             ),
             array_of(misnamed)
         )) {
        found.misnamed.push_back({row[0].c_str(), row[1].c_str()});
    }
    for (const auto& row : asks.exec_params(
             fmt::format(
                 "SELECT organization FROM {0}.standings o WHERE stale AND NOT (reason = 'unknown' "
                 "AND EXISTS (SELECT FROM {0}.customers c WHERE c.organization = o.organization "
                 "AND c.id = ANY ($1::text[]))) ORDER BY 1 LIMIT 100",
                 schema
             ),
             array_of(misnamed)
         )) {
        found.stale.emplace_back(row[0].c_str());
    }
    for (const auto& row : asks.exec(fmt::format(
             "SELECT coalesce(plan, ''), reason, access, count(*) FROM {}.standings GROUP BY 1, 2, "
             "3 ORDER BY 1, 4 DESC, 2",
             schema
         ))) {
        found.standings.push_back(
            {row[0].c_str(), row[1].c_str(), row[2].c_str(), row[3].as<std::int64_t>()}
        );
    }
    return found;
}

std::string to_text(const taken_over& what) {
    text_table standings({"plan", "reason", "access", "organizations"});
    for (const standing_count& each : what.standings) {
        standings.add(
            {each.plan.empty() ? "none" : each.plan,
             each.reason,
             each.access,
             std::to_string(each.organizations)}
        );
    }
    return unmapped_text(what) + unlisted_text(what) + misnamed_text(what) + stale_text(what) +
           standings.text() +
           fmt::format(
               "\n{} customers mapped, {} unmapped ({} of them with a living subscription), {} "
               "prices of no list, {} misnamed, {} organizations stale\n",
               what.mapped,
               what.unmapped.size(),
               what.waiting(),
               what.unlisted.size(),
               what.misnamed.size(),
               what.stale.size()
           );
}

void add_to(json::writer& out, const taken_over& state) {
    out.member("mapped", state.mapped).key("unmapped").begin_array();
    for (const unmapped_customer& each : state.unmapped) {
        out.begin_object()
            .member("customer", each.id)
            .member("living_subscriptions", each.living)
            .member("ended_subscriptions", each.ended)
            .member("reason", why_unmapped(each))
            .member("remedy", remedy_of(each))
            .end_object();
    }
    out.end_array().key("unlisted").begin_array();
    for (const unlisted_price& each : state.unlisted) {
        out.begin_object()
            .member("price", each.id)
            .member("organizations", each.organizations)
            .end_object();
    }
    out.end_array().key("misnamed").begin_array();
    for (const misnamed_customer& each : state.misnamed) {
        out.begin_object()
            .member("customer", each.id)
            .member("organization", each.organization)
            .member("remedy", remedy_of(each))
            .end_object();
    }
    out.end_array().key("stale").begin_array();
    for (const std::string& each : state.stale) {
        out.add(each);
    }
    out.end_array().key("standings").begin_array();
    for (const standing_count& each : state.standings) {
        out.begin_object()
            .member("plan", each.plan)
            .member("reason", each.reason)
            .member("access", each.access)
            .member("organizations", each.organizations)
            .end_object();
    }
    out.end_array();
}

}  // namespace billhook
