#include "schemas/types/assert.hpp"
#include "worker/ledger/tables.hpp"

#include <fmt/format.h>
#include <utility>

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

// `a = u.a, b = u.b`: all but the key.
std::string updates_from(std::string_view alias, const table& of) {
    std::string updates;
    for (const column& each : std::span(of.columns).subspan(of.keys)) {
        updates +=
            fmt::format("{}{} = {}.{}", updates.empty() ? "" : ", ", each.name, alias, each.name);
    }
    return updates;
}

std::string replacing_text(const table& of) {
    return fmt::format(
        "{} ON CONFLICT ({}) DO UPDATE SET {}",
        insert_text(of),
        keys_of(of),
        updates_from("excluded", of)
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
        "{} ON CONFLICT (id) DO UPDATE SET {}", insert_text(tables::events), updates
    );
}

element element_of(std::string_view type) {
    static constexpr std::pair<std::string_view, element> others[] = {
        {"bigint",      element::bigint     },
        {"integer",     element::integer    },
        {"boolean",     element::boolean    },
        {"timestamptz", element::timestamptz},
        {"jsonb",       element::jsonb      },
    };
    for (const auto& [name, what] : others) {
        if (name == type) {
            return what;
        }
    }
    BILLHOOK_ASSERT(type == "text" || type == "text[]");
    return element::text;
}

}  // namespace

std::vector<element> elements_of(const table& of) {
    std::vector<element> all;
    for (const column& each : of.columns) {
        all.push_back(element_of(each.type));
    }
    return all;
}

std::string select_list(const table& of, std::string_view alias) {
    std::string list;
    for (const auto& [name, type, nullable] : of.columns) {
        // A double; extract would make a numeric of each.
        const char* const form =
            type == "timestamptz" ? "{}(date_part('epoch', {}.{}) * 1000000)::bigint" : "{}{}.{}";
        list += fmt::format(fmt::runtime(form), list.empty() ? "" : ", ", alias, name);
    }
    return list;
}

std::string load_text(const table& of, std::string_view condition) {
    constexpr std::string_view its_own = ":T";
    std::string where{condition};
    const std::string name = fmt::format(":S.{}", of.name);
    for (auto at = where.find(its_own); at != where.npos; at = where.find(its_own, at)) {
        where.replace(at, its_own.size(), name);
    }
    return fmt::format(
        "SELECT {} FROM {} a WHERE {} ORDER BY {}", select_list(of, "a"), name, where, keys_of(of)
    );
}

std::string insert_text(const table& into) {
    return fmt::format(
        "INSERT INTO :S.{} AS e ({}) {}", into.name, names_of(into.columns), rows_of(into)
    );
}

std::string upsert_text(const table& into) {
    return &into == &tables::events ? upsert_events() : replacing_text(into);
}

std::string update_text(const table& into) {
    std::string same_key;
    for (const column& each : std::span(into.columns).first(into.keys)) {
        same_key +=
            fmt::format("{}e.{} = u.{}", same_key.empty() ? "" : " AND ", each.name, each.name);
    }
    return fmt::format(
        "UPDATE :S.{} e SET {} FROM ({}) u WHERE {}",
        into.name,
        updates_from("u", into),
        rows_of(into),
        same_key
    );
}

}  // namespace billhook
