#include "schemas/io/postgres/organization_key.hpp"

#include <pqxx/result>

#include <fmt/format.h>

namespace billhook::postgres {

namespace {

enum class key_kind : std::uint8_t { text, uuid, integer, other };

key_kind kind_of_key(pqxx::transaction_base& in) {
    const std::string type =
        in.exec1(
              "SELECT format_type(coalesce(nullif(t.typbasetype, 0), t.oid), NULL) FROM "
              "pg_attribute a JOIN pg_type t ON t.oid = a.atttypid WHERE a.attrelid = "
              "'public.organizations'::regclass AND a.attname = 'id' AND NOT a.attisdropped"
        )[0]
            .c_str();
    if (type == "text" || type == "character varying") {
        return key_kind::text;
    }
    if (type == "uuid") {
        return key_kind::uuid;
    }
    return type == "bigint" || type == "integer" || type == "smallint" ? key_kind::integer
                                                                       : key_kind::other;
}

bool has_index(pqxx::transaction_base& in, const std::string& begins_with) {
    return in
        .exec_params1(
            "SELECT EXISTS (SELECT FROM pg_index WHERE indrelid = 'public.organizations'::regclass "
            "AND indisvalid AND indpred IS NULL AND " +
            begins_with + ")"
        )[0]
        .as<bool>();
}

}  // namespace

std::string organization_condition(pqxx::transaction_base& in, const std::string& organization) {
    // A text that is no key of that type is no error: it is nobody.
    switch (kind_of_key(in)) {
        case key_kind::text:
            return fmt::format("o.id = {}", organization);
        case key_kind::uuid:
            return fmt::format(
                "o.id = CASE WHEN {0} ~ '^[0-9a-f]{{8}}(-[0-9a-f]{{4}}){{3}}-[0-9a-f]{{12}}$' THEN "
                "{0}::uuid END",
                organization
            );
        case key_kind::integer:
            return fmt::format(
                "o.id = CASE WHEN {0} !~ '^(0|-?[1-9][0-9]{{0,18}})$' THEN NULL WHEN {0}::numeric "
                "BETWEEN -9223372036854775808 AND 9223372036854775807 THEN {0}::bigint END",
                organization
            );
        case key_kind::other:
            break;
    }
    return fmt::format("o.id::text = {}", organization);
}

std::vector<std::string> missing_organization_indexes(pqxx::transaction_base& in) {
    std::vector<std::string> missing;
    const key_kind kind = kind_of_key(in);
    if (kind != key_kind::other && !has_index(in, "pg_get_indexdef(indexrelid, 1, true) = 'id'")) {
        missing.emplace_back(
            "CREATE INDEX CONCURRENTLY organizations_id ON "
            "public.organizations (id);"
        );
    }
    // A key that is a text already is compared as it is, if it has the database's collation.
    const bool as_text = has_index(
        in,
        "indcollation[0] = 'pg_catalog.default'::regcollation AND pg_get_indexdef(indexrelid, 1, "
        "true) IN ('id', '(id::text)', '((id)::text)')"
    );
    if (!as_text) {
        missing.emplace_back(
            "CREATE INDEX CONCURRENTLY organizations_id_text ON "
            "public.organizations ((id::text) COLLATE \"default\");"
        );
    }
    return missing;
}

}  // namespace billhook::postgres
