#include "tools/recovery/postgres_holdings.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/stripe/redact.hpp"
#include "worker/domain/rows.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/tables.hpp"

#include <pqxx/binarystring>
#include <pqxx/result>
#include <pqxx/transaction>

#include <string_view>

namespace billhook {
namespace {

// One read of the live projection.
class look {
public:
    explicit look(pqxx::connection& on) : in_(on) {
        const auto live = live_projection(in_);
        if (!live) {
            throw postgres::failure(
                "there is no live projection; run billhook migrate", {postgres::remedy::alarm, {}}
            );
        }
        name_ = live->name;
        schema_ = in_.quote_name(live->schema);
    }

    // `:schema` in the text is the projection's.
    template <class... Values>
    [[nodiscard]] pqxx::result ask(std::string text, const Values&... values) {
        constexpr std::string_view placeholder = ":schema";
        for (auto at = text.find(placeholder); at != text.npos; at = text.find(placeholder, at)) {
            text.replace(at, placeholder.size(), schema_);
        }
        return in_.exec_params(text, values...);
    }
    template <class Id>
    [[nodiscard]] std::vector<Id> ids(const std::string& text) {
        std::vector<Id> found;
        for (const auto& row : ask(text)) {
            found.emplace_back(row[0].template as<std::string>());
        }
        return found;
    }
    [[nodiscard]] const std::string& projection() const { return name_; }

private:
    pqxx::work in_;
    std::string name_;
    std::string schema_;
};

// The facts of the named objects, of which `from` has the rows.
template <class Fact, class Id>
std::map<Id, held<Fact>> facts_of(look& in, const table& from, std::span<const Id> ids) {
    std::map<Id, held<Fact>> found;
    for (auto& row : rows_in<fact_row<Fact>>(in.ask(
             "SELECT " + select_list(from, "f") + " FROM :schema." + std::string(from.name) +
                 " f WHERE f.object = ANY($1::text[])",
             array_of(ids)
         ))) {
        found[row.fact.id].facts.push_back(std::move(row.fact));
    }
    return found;
}

template <class Held, class Id>
void note_unmapped(Held& found, const std::vector<Id>& unmapped) {
    for (const Id& each : unmapped) {
        if (const auto at = found.find(each); at != found.end()) {
            at->second.mapped = false;
        }
    }
}

}  // namespace

std::map<customer_id, held<stripe::customer_fact>> postgres_holdings::customers(
    std::span<const customer_id> ids
) {
    look in(on_);
    auto found = facts_of<stripe::customer_fact, customer_id>(in, tables::customer_facts, ids);
    for (const auto& row : in.ask(
             "SELECT c.id FROM :schema.customers c WHERE c.id = ANY($1::text[]) AND c.organization "
             "IS NULL AND NOT EXISTS (SELECT FROM :schema.subscriptions s WHERE s.customer = c.id)",
             array_of(ids)
         )) {
        note_unmapped(found, std::vector{customer_id(row[0].c_str())});
    }
    return found;
}

std::map<subscription_id, held<stripe::subscription_fact>> postgres_holdings::subscriptions(
    std::span<const subscription_id> ids
) {
    look in(on_);
    auto found =
        facts_of<stripe::subscription_fact, subscription_id>(in, tables::subscription_facts, ids);
    for (const auto& row : in.ask(
             "SELECT id FROM :schema.subscriptions WHERE id = ANY($1::text[]) AND organization IS "
             "NULL",
             array_of(ids)
         )) {
        note_unmapped(found, std::vector{subscription_id(row[0].c_str())});
    }
    for (const auto& row : in.ask(
             "SELECT subscription, (extract(epoch FROM min(anchor)) * 1000000)::bigint FROM "
             ":schema.dunning_cases WHERE ended_at IS NULL AND subscription = ANY($1::text[]) "
             "GROUP BY 1",
             array_of(ids)
         )) {
        if (const auto at = found.find(subscription_id(row[0].c_str())); at != found.end()) {
            subscription_id id;
            row_reader(row) >> id >> at->second.owes_since;
        }
    }
    return found;
}

std::map<invoice_id, held<stripe::invoice_fact>> postgres_holdings::invoices(
    std::span<const invoice_id> ids
) {
    look in(on_);
    return facts_of<stripe::invoice_fact, invoice_id>(in, tables::invoice_facts, ids);
}

std::map<schedule_id, stripe::schedule_fact> postgres_holdings::schedules(
    std::span<const schedule_id> ids
) {
    look in(on_);
    std::map<schedule_id, stripe::schedule_fact> found;
    for (auto& fact : rows_in<stripe::schedule_fact>(in.ask(
             "SELECT " + select_list(tables::schedules, "f") +
                 " FROM :schema.schedules f WHERE f.id = ANY($1::text[])",
             array_of(ids)
         ))) {
        const auto id = fact.id;
        found.emplace(id, std::move(fact));
    }
    return found;
}

std::set<checkout_session_id> postgres_holdings::sessions_of(const subscription_id& id) {
    look in(on_);
    std::set<checkout_session_id> found;
    for (const auto& row :
         in.ask("SELECT id FROM :schema.checkout_sessions WHERE subscription = $1", id.text())) {
        found.emplace(row[0].c_str());
    }
    return found;
}

object_ids postgres_holdings::unfinished() {
    look in(on_);
    return {
        in.ids<customer_id>("SELECT id FROM :schema.customers WHERE known AND NOT deleted AND "
                            "position('/' in id) = 0"),
        in.ids<subscription_id>(
            "SELECT id FROM :schema.subscriptions WHERE NOT deleted AND status NOT IN ('canceled', "
            "'incomplete_expired') AND position('/' in id) = 0"
        ),
        in.ids<invoice_id>(
            "SELECT id FROM :schema.invoices WHERE status IN ('draft', 'open') AND position('/' in "
            "id) = 0"
        ),
        in.ids<schedule_id>(
            "SELECT f.id FROM :schema.schedules f JOIN :schema.subscriptions s ON s.id = "
            "f.subscription WHERE NOT f.over AND NOT s.deleted AND s.status NOT IN ('canceled', "
            "'incomplete_expired') AND position('/' in f.id) = 0"
        )};
}

object_ids postgres_holdings::doubtful() {
    look in(on_);
    return {
        in.ids<customer_id>(
            "SELECT id FROM :schema.customers WHERE ambiguous AND position('/' in id) = 0 UNION "
            "SELECT c.id FROM :schema.standings o JOIN :schema.customers c ON c.organization = "
            "o.organization WHERE o.stale AND o.reason = 'unknown' AND NOT c.seen AND "
            "position('/' in c.id) = 0 UNION "
            "SELECT m.customer FROM :schema.standings o JOIN :schema.mappings m ON m.organization "
            "= "
            "o.organization WHERE o.stale AND o.reason = 'unknown' AND m.customer IS NOT NULL AND "
            "position('/' in m.customer) = 0 UNION "
            "SELECT c.id FROM :schema.customers c WHERE c.deleted AND starts_with(c.event, 'rec_') "
            "AND c.organization IS NULL AND position('/' in c.id) = 0 AND EXISTS (SELECT FROM "
            ":schema.customer_facts f WHERE f.object = c.id AND f.content::jsonb ->> "
            "'organization' IS NOT NULL)"
        ),
        in.ids<subscription_id>("SELECT id FROM :schema.subscriptions WHERE ambiguous AND "
                                "position('/' in id) = 0 UNION "
                                "SELECT subscription FROM :schema.standings WHERE stale AND "
                                "subscription IS NOT NULL AND "
                                "position('/' in subscription) = 0"),
        in.ids<invoice_id>(
            "SELECT id FROM :schema.invoices WHERE ambiguous AND position('/' in id) "
            "= 0"
        ),
        {}};
}

std::set<std::string> postgres_holdings::dead_objects() {
    look in(on_);
    std::set<std::string> objects;
    for (const auto& row : in.ask(
             "SELECT body FROM billhook.dead_letters WHERE projection = $1 AND resolved_at IS NULL "
             "ORDER BY died_at DESC LIMIT 10000",
             in.projection()
         )) {
        const auto shown = json::read(stripe::redact(pqxx::binarystring(row[0]).str()));
        const auto object = shown ? shown->root().find("object_id").as_string() : std::nullopt;
        if (object) {
            objects.emplace(*object);
        }
    }
    return objects;
}

}  // namespace billhook
