#include "worker/projections/promotion_news.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/notices.hpp"
#include "worker/domain/unheard.hpp"
#include "worker/ledger/outgoing.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/standing_rows.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/result>

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace billhook {

namespace {

constexpr std::size_t organizations_at_once = 1'000;

using organizations = std::vector<organization_id>;

organizations ids_in(const pqxx::result& rows) {
    organizations ids;
    for (const auto& row : rows) {
        ids.emplace_back(row[0].c_str());
    }
    return ids;
}

// The columns of a standing that say something; `as_of` only says when.
std::string same_standing() {
    std::string equal;
    for (const column& each : tables::standings.columns) {
        if (each.name != "as_of" && each.name != "organization") {
            equal += fmt::format(
                "{0}o.{1} IS NOT DISTINCT FROM n.{1}", equal.empty() ? "" : " AND ", each.name
            );
        }
    }
    return equal;
}

std::string columns_of(const table& of) {
    std::string names;
    for (const column& each : of.columns) {
        names += fmt::format("{}t.{}", names.empty() ? "" : ", ", each.name);
    }
    return names;
}

// One promote's telling: `n` is what is built, `o` what was live.
class telling {
public:
    telling(pqxx::transaction_base& in, const exchanged& sides)
        : in_(in),
          sides_(sides),
          new_schema_(in.quote_name(sides.built.schema)),
          old_schema_(in.quote_name(sides.live.schema)),
          horizon_(read_horizon(in, sides.built.name)) {}

    promotion_news tell_all() {
        const organizations all = touched();
        for (std::size_t at = 0; at < all.size(); at += organizations_at_once) {
            const auto first = all.begin() + static_cast<std::ptrdiff_t>(at);
            const auto count = std::min(organizations_at_once, all.size() - at);
            tell({first, first + static_cast<std::ptrdiff_t>(count)});
        }
        return news_;
    }

private:
    // `:N` and `:O` stand for the two schemas.
    [[nodiscard]] std::string over_both(std::string sql) const {
        for (const auto& [place, schema] : {
                 std::pair{":N", &new_schema_},
                 {":O", &old_schema_}
        }) {
            for (auto at = sql.find(place); at != std::string::npos; at = sql.find(place, at)) {
                sql.replace(at, 2, *schema);
                at += schema->size();
            }
        }
        return sql;
    }

    // Of whom the two may not say the same, or of whom one has something to tell: whose standing,
    // subscriptions or cases differ, whose standing is due, and under other plans whoever is in a
    // case, since a case's steps are the plans'.
    organizations touched() {
        const auto differing_rows = [](const table& of, const char* owner) {
            return fmt::format(
                " UNION SELECT s.organization FROM (SELECT {0} FROM :N.{1} t EXCEPT SELECT {0} "
                "FROM :O.{1} t) t JOIN :N.subscriptions s ON s.id = t.{2} WHERE s.organization IS "
                "NOT NULL",
                columns_of(of),
                of.name,
                owner
            );
        };
        std::string sql =
            "SELECT coalesce(n.organization, o.organization) FROM :N.standings n FULL JOIN "
            ":O.standings o ON o.organization = n.organization WHERE n.organization IS NULL OR "
            "o.organization IS NULL OR NOT (" +
            same_standing() +
            ") OR o.next_change_at <= $1::timestamptz OR n.next_change_at <= $1::timestamptz" +
            differing_rows(tables::subscriptions, "id") +
            differing_rows(tables::dunning_cases, "subscription");
        if (sides_.live_plans != sides_.built_plans) {
            sql +=
                " UNION SELECT s.organization FROM :N.dunning_cases c JOIN :N.subscriptions s "
                "ON s.id = c.subscription WHERE c.ended_at IS NULL AND s.organization IS NOT "
                "NULL";
        }
        return ids_in(in_.exec_params(over_both(sql + " ORDER BY 1"), to_rfc3339(horizon_)));
    }

    // After `store`: whose answer is not the one that was live.
    std::set<organization_id> changed(const organizations& of) {
        const auto rows = in_.exec_params(
            over_both(
                "SELECT k FROM unnest($1::text[]) k LEFT JOIN :N.standings n ON n.organization = k "
                "LEFT JOIN :O.standings o ON o.organization = k WHERE n.organization IS NULL OR "
                "o.organization IS NULL OR NOT (" +
                same_standing() + ")"
            ),
            array_of(of)
        );
        const organizations ids = ids_in(rows);
        return {ids.begin(), ids.end()};
    }

    // Those of them of whom something lay in a record that only the new one has read.
    std::set<organization_id> ahead(const organizations& of) {
        const auto rows = in_.exec_params(
            over_both(
                "SELECT DISTINCT f.organization FROM (SELECT s.organization, f.event FROM "
                ":N.subscriptions s JOIN :N.subscription_facts f ON f.object = s.id WHERE "
                "s.organization = ANY ($1::text[]) UNION SELECT s.organization, f.event FROM "
                ":N.subscriptions s JOIN :N.invoices i ON i.subscription = s.id JOIN "
                ":N.invoice_facts f ON f.object = i.id WHERE s.organization = ANY ($1::text[]) "
                "UNION SELECT m.organization, m.event FROM :N.mappings m WHERE m.organization = "
                "ANY ($1::text[]) UNION SELECT g.organization, g.event FROM :N.grants g WHERE "
                "g.organization = ANY ($1::text[])) f JOIN :N.events e ON e.id = f.event JOIN "
                "billhook.offsets l ON l.projection = $2 AND l.topic = e.topic AND l.partition = "
                "e.partition WHERE "
                "e.record_offset >= l.next_offset"
            ),
            array_of(of),
            sides_.live.name
        );
        const organizations ids = ids_in(rows);
        return {ids.begin(), ids.end()};
    }

    // By their ids; a notice's is a function of subscription, anchor and step.
    std::set<std::string> due_in_the_live_one(const organizations& of) {
        std::set<std::string> ids;
        for (const organization_facts& facts : load_organizations({in_, sides_.live.schema}, of)) {
            for (const due_notice& each : due_notices(facts, sides_.live_plans, horizon_)) {
                if (each.sent) {
                    ids.insert(each.id);
                }
            }
        }
        return ids;
    }

    // Takes back the sending of those that only the new one finds due.
    void hold_back(
        std::vector<due_notice>& due,
        const std::map<std::string, organization_id>& owners
    ) {
        if (due.empty()) {
            return;
        }
        std::set<organization_id> unique;
        for (const auto& [id, owner] : owners) {
            unique.insert(owner);
        }
        const organizations whose(unique.begin(), unique.end());
        const auto ahead_of_it = ahead(whose);
        const auto expected = due_in_the_live_one(whose);
        for (due_notice& each : due) {
            if (!each.sent || expected.contains(each.id) ||
                ahead_of_it.contains(owners.at(each.id))) {
                continue;
            }
            each.sent.reset();
            for (recorded_notice& row : each.rows) {
                row.state = row.state == notice_state::sent ? notice_state::skipped : row.state;
            }
            ++news_.skipped;
        }
    }

    void tell(const organizations& of) {
        auto all = load_organizations({in_, sides_.built.schema}, of);
        // A row for one that the new one's facts do not name would be no function of them.
        const auto gone = std::ranges::stable_partition(all, [](const organization_facts& facts) {
            return facts.stored.has_value();
        });
        std::vector<standing> latest;
        for (const organization_facts& facts : gone) {
            latest.push_back(unheard_standing(facts.organization, sides_.built_plans, horizon_));
        }
        all.erase(gone.begin(), gone.end());
        restated fresh = assess_each(all, sides_.built_plans, horizon_);
        subscription_owners owners;
        for (const organization_facts& facts : all) {
            for (const subscription_row& each : facts.subscriptions) {
                owners.emplace(each.id, facts.organization);
            }
        }
        std::map<std::string, organization_id> owners_of_notices;
        for (const due_notice& each : fresh.notices) {
            owners_of_notices.emplace(each.id, owners.at(each.rows.front().subscription));
        }
        hold_back(fresh.notices, owners_of_notices);
        store_standings({in_, sides_.built.schema}, fresh);
        record_notices(in_, fresh.notices, owners);
        for (const organization_facts& facts : all) {
            latest.push_back(*facts.stored);
        }
        announce(latest, std::move(fresh), changed(of));
    }

    // `latest`: as they stood before `fresh`.
    void announce(
        const std::vector<standing>& latest,
        restated fresh,
        const std::set<organization_id>& changed
    ) {
        std::set<organization_id> at_hand;
        for (const standing& each : fresh.standings) {
            at_hand.insert(each.organization);
        }
        std::ranges::copy_if(
            latest,
            std::back_inserter(fresh.standings),
            [&](const standing& each) { return !at_hand.contains(each.organization); }
        );
        fresh.changed.assign(changed.begin(), changed.end());
        fill_outbox(in_, fresh);
        news_.changed += static_cast<std::int64_t>(changed.size());
    }

    pqxx::transaction_base& in_;
    const exchanged& sides_;
    std::string new_schema_;
    std::string old_schema_;
    instant horizon_;
    promotion_news news_;
};

}  // namespace

promotion_news tell_promotion(pqxx::transaction_base& in, const exchanged& sides) {
    return telling(in, sides).tell_all();
}

}  // namespace billhook
