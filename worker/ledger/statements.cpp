#include "worker/ledger/statements.hpp"

#include <pqxx/prepared_statement>

#include <array>
#include <fmt/format.h>

namespace billhook {

namespace {

// `SELECT u.a, u.members::text[] FROM unnest($1::text[], …) u (a, members)`: an array of arrays
// would be flattened, so a text[] travels as the text of its literal.
std::string rows_of(const table& of) {
    std::string names;
    std::string values;
    std::string arrays;
    std::string key;
    for (std::size_t at = 0; at < of.columns.size(); ++at) {
        const auto& [name, type, nullable] = of.columns[at];
        const char* const comma = at == 0 ? "" : ", ";
        const bool nested = type == "text[]";
        names += fmt::format("{}{}", comma, name);
        values += fmt::format("{}u.{}{}", comma, name, nested ? "::text[]" : "");
        arrays += fmt::format("{}${}::{}[]", comma, at + 1, nested ? "text" : type);
        if (at < of.keys) {
            key += fmt::format("{}u.{}", comma, name);
        }
    }
    return fmt::format("SELECT {} FROM unnest({}) u ({}) ORDER BY {}", values, arrays, names, key);
}

std::string names_of(std::span<const column> columns) {
    std::string names;
    for (const column& each : columns) {
        names += fmt::format("{}{}", names.empty() ? "" : ", ", each.name);
    }
    return names;
}

std::string keys_of(const table& of) {
    return names_of(std::span(of.columns).first(of.keys));
}

std::string upsert_text(const table& of) {
    std::string updates;
    for (const column& each : std::span(of.columns).subspan(of.keys)) {
        updates +=
            fmt::format("{}{} = excluded.{}", updates.empty() ? "" : ", ", each.name, each.name);
    }
    return fmt::format(
        "INSERT INTO :S.{} ({}) {} ON CONFLICT ({}) DO UPDATE SET {}",
        of.name,
        names_of(of.columns),
        rows_of(of),
        keys_of(of),
        updates
    );
}

// The journal's row is shared by batches that name different customers under one event id, so what
// is counted is added and the greatest body's columns win, whoever comes last; the first arrival
// stays. `deliveries` carries what this batch adds.
std::string upsert_events() {
    const auto rank = [](const char* row) {
        return fmt::format(
            "({0}.api_version, coalesce({0}.created, '-infinity'), {0}.type, {0}.object, "
            "coalesce({0}.customer, ''))",
            row
        );
    };
    std::string updates =
        "outcome = excluded.outcome, deliveries = e.deliveries + "
        "excluded.deliveries";
    for (const char* const name : {"type", "object", "customer", "created", "api_version"}) {
        updates += fmt::format(
            ", {0} = CASE WHEN {1} > {2} THEN excluded.{0} ELSE e.{0} END",
            name,
            rank("excluded"),
            rank("e")
        );
    }
    return fmt::format(
        "INSERT INTO :S.events AS e ({}) {} ON CONFLICT (id) DO UPDATE SET {}",
        names_of(tables::events.columns),
        rows_of(tables::events),
        updates
    );
}

std::string load_text(const table& of, std::string_view where) {
    return fmt::format(
        "SELECT {} FROM :S.{} a WHERE {} ORDER BY {}",
        select_list(of, "a"),
        of.name,
        where,
        keys_of(of)
    );
}

std::string drop_facts_text(const table& of) {
    return fmt::format(
        "DELETE FROM :S.{} a USING unnest($1::text[], $2::timestamptz[], $3::text[]) u (o, c, e) "
        "WHERE a.object = u.o AND a.created = u.c AND a.event = u.e",
        of.name
    );
}

struct text {
    const char* name;
    std::string sql;
};

std::vector<text> loads() {
    using namespace tables;
    return {
        {"load events", load_text(events, "a.id = ANY ($1::text[])")},
        {"load customers", load_text(customers, "a.id = ANY ($1::text[])")},
        {"load customer_facts", load_text(customer_facts, "a.object = ANY ($1::text[])")},
 // Named, of the customers, and of the stored rows of named invoices and sessions.
        {"touched subscriptions",
         "SELECT t.id FROM (SELECT unnest($1::text[]) AS id UNION SELECT s.id FROM "
         ":S.subscriptions s WHERE s.customer = ANY ($2::text[]) UNION SELECT i.subscription FROM "
         ":S.invoices i WHERE i.id = ANY ($3::text[]) UNION SELECT c.subscription FROM "
         ":S.checkout_sessions c WHERE c.id = ANY ($4::text[])) t WHERE t.id IS NOT NULL ORDER BY "
         "t.id"},
        {"load subscriptions", load_text(subscriptions, "a.id = ANY ($1::text[])")},
        {"load subscription_facts", load_text(subscription_facts, "a.object = ANY ($1::text[])")},
        {"load invoices",
         load_text(
             invoices, "a.id IN (SELECT unnest($1::text[]) UNION SELECT i.id FROM :S.invoices i WHERE "
             "i.subscription = ANY ($2::text[]))"
         )},
        {"load invoice_facts", load_text(invoice_facts, "a.object = ANY ($1::text[])")},
        {"load checkout_sessions",
         load_text(
             checkout_sessions, "a.id IN (SELECT unnest($1::text[]) UNION SELECT c.id FROM :S.checkout_sessions c "
             "WHERE c.customer = ANY ($2::text[]) UNION SELECT c.id FROM :S.checkout_sessions c "
             "WHERE c.subscription = ANY ($3::text[]))"
         )},
        {"load mappings",
         load_text(
             mappings, "a.event IN (SELECT m.event FROM :S.mappings m WHERE m.organization = ANY "
             "($1::text[]) UNION SELECT m.event FROM :S.mappings m WHERE m.customer = ANY "
             "($2::text[]))"
         )},
        {"load declines", load_text(declines, "a.customer = ANY ($1::text[])")},
        {"load dunning_cases", load_text(dunning_cases, "a.subscription = ANY ($1::text[])")},
        {"load subscriptions of organizations",
         load_text(subscriptions, "a.organization = ANY ($1::text[])")},
        {"load customers of organizations",
         load_text(
             customers, "a.id IN (SELECT unnest($2::text[]) UNION SELECT c.id FROM :S.customers c WHERE "
             "c.organization = ANY ($1::text[]))"
         )},
        {"next organizations",
         "SELECT organization FROM :S.standings WHERE organization > $1::text ORDER BY "
         "organization LIMIT $2::bigint"},
        {"load invoices by id", load_text(invoices, "a.id = ANY ($1::text[])")},
        {"load recorded notices",
         "SELECT subscription, member, step, state FROM billhook.notices WHERE subscription = ANY "
         "($1::text[]) ORDER BY subscription, member, step"},
        {"load standings",
         load_text(standings, "a.organization = ANY ($1::text[]) AND a.as_of IS NOT NULL")},
    };
}

// A lock is a statement of its own; whatever decides is read in a later one.
std::vector<text> locks() {
    return {
        {"make customers",
         "INSERT INTO :S.customers (id) SELECT k FROM unnest($1::text[]) k ORDER BY k COLLATE "
         "\"C\" ON CONFLICT DO NOTHING"                                                         },
        {"lock customers",
         "SELECT id FROM :S.customers WHERE id = ANY ($1::text[]) ORDER BY id FOR NO KEY UPDATE"},
        {"make standings",
         "INSERT INTO :S.standings (organization) SELECT k FROM unnest($1::text[]) k ORDER BY k "
         "COLLATE \"C\" ON CONFLICT DO NOTHING"                                                 },
        {"mark standings",
         "INSERT INTO :S.standings AS s (organization) SELECT k FROM unnest($1::text[]) k ORDER BY "
         "k COLLATE \"C\" ON CONFLICT (organization) DO UPDATE SET as_of = NULL, next_change_at = "
         "NULL WHERE s.as_of IS NOT NULL"                                                       },
        {"lock standings",
         "SELECT organization FROM :S.standings WHERE organization = ANY ($1::text[]) ORDER BY "
         "organization FOR NO KEY UPDATE"                                                       },
        {"claim due",
         "SELECT organization FROM :S.standings WHERE next_change_at <= $1::timestamptz ORDER BY "
         "next_change_at LIMIT $2::bigint FOR NO KEY UPDATE SKIP LOCKED"                        },
    };
}

std::vector<text> writes() {
    return {
        {"drop customer_facts",     drop_facts_text(tables::customer_facts)                  },
        {"drop subscription_facts", drop_facts_text(tables::subscription_facts)              },
        {"drop invoice_facts",      drop_facts_text(tables::invoice_facts)                   },
        {"drop dunning_cases",
         "DELETE FROM :S.dunning_cases a WHERE a.subscription = ANY ($1::text[]) AND NOT EXISTS "
         "(SELECT FROM unnest($2::text[], $3::timestamptz[]) k (s, t) WHERE k.s = a.subscription "
         "AND k.t = a.anchor)"                                                               },
 // The organization's lock and what was loaded under it already keep a step from being
  // recorded twice.
        {"record notices",
         "INSERT INTO billhook.notices (subscription, member, step, notice, organization, kind, "
         "state) SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], "
         "$6::text[], $7::text[]) u (subscription, member, step, notice, organization, kind, "
         "state) ORDER BY u.subscription COLLATE \"C\", u.member COLLATE \"C\", u.step COLLATE "
         "\"C\" ON CONFLICT DO NOTHING"                                                      },
 // The value of a change holds its row's id, so that is drawn first.
        {"draw outbox ids",
         "SELECT nextval('billhook.outbox_id_seq') FROM generate_series(1, $1::bigint)"      },
        {"fill outbox",
         "INSERT INTO billhook.outbox (id, topic, key, value, headers) OVERRIDING SYSTEM VALUE "
         "SELECT u.id, u.topic, u.key, u.value, u.headers::jsonb FROM unnest($1::bigint[], "
         "$2::text[], $3::text[], $4::text[], $5::text[]) u (id, topic, key, value, headers)"},
    };
}

std::string with_schema(std::string sql, const std::string& schema) {
    for (auto at = sql.find(":S"); at != std::string::npos; at = sql.find(":S", at)) {
        sql.replace(at, 2, schema);
        at += schema.size();
    }
    return sql;
}

}  // namespace

const char* const horizon_of_projection =
    "(SELECT CASE WHEN count(*) = count(h.complete_to) THEN coalesce((extract(epoch FROM "
    "min(h.complete_to)) * 1000000)::bigint, 0) ELSE 0 END FROM billhook.offsets h WHERE "
    "h.projection = $1::text)";

std::string select_list(const table& of, std::string_view alias) {
    std::string list;
    for (const auto& [name, type, nullable] : of.columns) {
        const char* const form =
            type == "timestamptz" ? "{}(extract(epoch FROM {}.{}) * 1000000)::bigint" : "{}{}.{}";
        list += fmt::format(fmt::runtime(form), list.empty() ? "" : ", ", alias, name);
    }
    return list;
}

void prepare_statements(pqxx::connection& on, const std::string& schema) {
    const auto prepare = [&](const std::string& name, const std::string& sql) {
        on.unprepare(name);
        on.prepare(name, with_schema(sql, schema));
    };
    for (const table* const each : tables::all()) {
        prepare(
            fmt::format("upsert {}", each->name),
            each == &tables::events ? upsert_events() : upsert_text(*each)
        );
    }
    for (const auto& group : {loads(), locks(), writes()}) {
        for (const text& each : group) {
            prepare(each.name, each.sql);
        }
    }
}

pqxx::result run(
    pqxx::transaction_base& in,
    const std::string& statement,
    const std::vector<std::string>& values
) {
    return in.exec_prepared(statement, pqxx::prepare::make_dynamic_params(values));
}

}  // namespace billhook
