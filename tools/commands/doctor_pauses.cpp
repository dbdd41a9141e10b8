#include "schemas/stripe/subscription.hpp"
#include "tools/commands/doctor.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <fmt/format.h>
#include <string_view>

namespace billhook {

namespace {

// Paused by their last word, while none of their facts holds Stripe's reason; by the version of the
// API that told of it.
constexpr std::string_view untold_pauses = R"(
    SELECT f.api_version, count(DISTINCT s.id)
    FROM {0}.subscriptions s
    JOIN {0}.subscription_facts f ON f.object = s.id AND f.content::jsonb ->> 'status' = 'paused'
    WHERE s.status = 'paused' AND NOT s.deleted
      AND NOT EXISTS (SELECT FROM {0}.subscription_facts told
                      WHERE told.object = s.id AND told.content::jsonb ? 'paused_for')
    GROUP BY 1 ORDER BY 1
)";

// An assumption turns its second (worker/domain/fact_history.hpp), and such seconds have an index.
constexpr std::string_view assumed_recoveries = R"(
    SELECT count(*), regexp_replace(min(s.id), '^.*/', '')
    FROM {0}.subscriptions s
    WHERE s.status IN ('past_due', 'unpaid') AND s.ended_at IS NULL
      AND EXISTS (SELECT FROM {0}.subscription_facts f
                  WHERE f.object = s.id AND f.turns AND f.evidence = 'assumed')
)";

}  // namespace

void check_assumed(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('billhook.projections') IS NULL")[0].as<bool>()) {
        return;  // check_database says so
    }
    for (const auto& live :
         asks.exec("SELECT schema FROM billhook.projections WHERE role = 'live'")) {
        const auto row =
            asks.exec1(fmt::format(assumed_recoveries, asks.quote_name(live[0].as<std::string>())));
        if (row[0].as<std::int64_t>() > 0) {
            found.push_back(
                {severity::doubtful,
                 "debts",
                 fmt::format(
                     "of {} subscriptions that owe it is assumed that they were active between a "
                     "write-off and a later failure ({} is one)",
                     row[0].c_str(),
                     row[1].c_str()
                 ),
                 "their grace counts from the later failure, until they have paid; billhook "
                 "explain "
                 "ORGANIZATION names the assumption, and it gives way to an event that denies it"}
            );
        }
    }
}

void check_pauses(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('billhook.projections') IS NULL")[0].as<bool>()) {
        return;  // check_database says so
    }
    for (const auto& live :
         asks.exec("SELECT schema FROM billhook.projections WHERE role = 'live'")) {
        const auto untold =
            asks.exec(fmt::format(untold_pauses, asks.quote_name(live[0].as<std::string>())));
        for (const auto& row : untold) {
            const auto version = row[0].as<std::string>();
            if (stripe::tells_why_paused(version)) {
                continue;
            }
            found.push_back(
                {severity::doubtful,
                 "pauses",
                 fmt::format(
                     "of {} paused subscriptions no event says why: their events are of API "
                     "version {}",
                     row[1].c_str(),
                     version.empty() ? "\"\"" : version
                 ),
                 "billhook reconcile --heal asks Stripe; give that webhook endpoint version "
                 "2026-09-30.endive or newer: until then a pause is judged by what came before it"}
            );
        }
    }
}

}  // namespace billhook
