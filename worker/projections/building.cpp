#include "worker/projections/building.hpp"

#include "schemas/io/postgres/projection_schema.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/ledger/row_codec.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <string_view>

namespace billhook {

namespace {

constexpr std::size_t longest_name = 41;

// Of a schema that is there anyway: such a projection would be taken for it.
bool is_taken(const std::string& text) {
    static constexpr std::array<std::string_view, 4> schemas{
        "information_schema", "public", "billing", "billhook"};
    return text.starts_with("pg_") || std::ranges::find(schemas, text) != schemas.end();
}

bool is_name(const std::string& text) {
    const auto is_letter = [](char c) { return c >= 'a' && c <= 'z'; };
    return !text.empty() && text.size() <= longest_name && is_letter(text.front()) &&
           !is_taken(text) && std::all_of(text.begin(), text.end(), [&](char c) {
               return is_letter(c) || (c >= '0' && c <= '9') || c == '_';
           });
}

// One change of projections at a time, migrate's among them. Statements here may take long.
void take_turns(pqxx::transaction_base& in) {
    in.exec(
        "SELECT set_config('search_path', '', true), set_config('lock_timeout', '20s', true), "
        "set_config('statement_timeout', '0', true)"
    );
    in.exec("SELECT pg_advisory_xact_lock(hashtextextended('billhook.migrate', 0))");
}

// Schemas keep their names for ever: the next number that none has.
std::string next_schema(pqxx::transaction_base& in) {
    const auto row = in.exec1(
        "SELECT 1 + coalesce(max(substring(nspname FROM '^billing_([0-9]{1,9})$')::bigint), 0) "
        "FROM pg_namespace"
    );
    return fmt::format("billing_{}", row[0].as<std::int64_t>());
}

// The generation begins at the time, so that what was left over of a dropped projection of the same
// name finds nothing to write.
projection make(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::optional<std::set<std::string>>& accounts
) {
    // Also beside one of an earlier fold version: that is how an upgrade goes.
    const auto live = some_live_projection(in);
    const std::string schema = next_schema(in);
    static_cast<void>(postgres::make_projection_schema(in, schema));
    postgres::grant_projection(in, schema);
    in.exec_params0(
        "INSERT INTO billhook.projections (name, schema, role, generation, fold_version, livemode, "
        "accounts) VALUES ($1, $2, 'building', extract(epoch FROM now())::bigint, $3, $4, "
        "string_to_array($5, ','))",
        name,
        schema,
        fold_version,
        live.livemode,
        fmt::format("{}", fmt::join(accounts.value_or(live.accounts), ","))
    );
    return find_projection(in, name).value();
}

void make_offsets(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::string& topic,
    std::span<const std::int64_t> starts
) {
    std::int32_t partition = 0;
    for (const std::int64_t start : starts) {
        in.exec_params0(
            "INSERT INTO billhook.offsets (projection, topic, partition, first_offset, "
            "next_offset) VALUES ($1, $2, $3, $4, $4)",
            name,
            topic,
            partition++,
            start
        );
    }
}

std::size_t count_offsets(
    pqxx::transaction_base& in,
    const std::string& name,
    const std::string& topic
) {
    return in
        .exec_params1(
            "SELECT count(*) FROM billhook.offsets WHERE projection = $1 AND topic = $2",
            name,
            topic
        )[0]
        .as<std::size_t>();
}

}  // namespace

std::string to_text(projection_refusal why, const std::string& name) {
    switch (why) {
        case projection_refusal::bad_name:
            return fmt::format(
                "'{}' is no name for a projection: a letter a-z, then up to 40 of a-z, 0-9 and _, "
                "and not a schema's (pg_..., public, billing, billhook)",
                name
            );
        case projection_refusal::is_live:
            return fmt::format("{} is live, workers write it; choose another name", name);
        case projection_refusal::other_fold_version:
            return fmt::format(
                "{} was built by another version of the fold than this program's: use the program "
                "that fits, or `billhook projections drop {}`",
                name,
                name
            );
        case projection_refusal::other_accounts:
            return fmt::format(
                "{} was begun for other connected accounts: leave out --accounts, or `billhook "
                "projections drop {}`, and begin anew",
                name,
                name
            );
        case projection_refusal::other_partitions:
            return fmt::format(
                "{} was begun over a topic with another number of partitions: `billhook "
                "projections drop {}`, and begin anew",
                name,
                name
            );
        case projection_refusal::unknown:
            return fmt::format("there is no projection {}: see `billhook projections list`", name);
    }
    return {};
}

result<projection, projection_refusal> take_up_building(
    postgres::connection& owner,
    const std::string& name,
    const std::string& topic,
    std::span<const std::int64_t> starts,
    const std::optional<std::set<std::string>>& accounts
) {
    if (!is_name(name)) {
        return projection_refusal::bad_name;
    }
    pqxx::work in(owner.raw());
    take_turns(in);
    auto found = find_projection(in, name);
    static_cast<void>(postgres::become_owner(in));
    if (!found) {
        found = make(in, name, accounts);
        make_offsets(in, name, topic, starts);
    }
    if (found->role == "live") {
        return projection_refusal::is_live;
    }
    if (found->fold_version != fold_version) {
        return projection_refusal::other_fold_version;
    }
    if (accounts && *accounts != found->accounts) {
        return projection_refusal::other_accounts;
    }
    if (count_offsets(in, name, topic) != starts.size()) {
        return projection_refusal::other_partitions;
    }
    // What was frozen to be compared is written again, and what was live before a promote.
    in.exec_params0("UPDATE billhook.projections SET role = 'building' WHERE name = $1", name);
    in.exec_params0("UPDATE billhook.offsets SET stop_at = NULL WHERE projection = $1", name);
    found->role = "building";
    in.commit();
    return *std::move(found);
}

result<projection, projection_refusal> drop_projection(
    postgres::connection& owner,
    const std::string& name
) {
    pqxx::work in(owner.raw());
    take_turns(in);
    const auto found = find_projection(in, name);
    if (!found) {
        return projection_refusal::unknown;
    }
    if (found->role == "live") {
        return projection_refusal::is_live;
    }
    static_cast<void>(postgres::become_owner(in));
    for (const char* const table :
         {"billhook.projections WHERE name",
          "billhook.offsets WHERE projection",
          "billhook.dead_letters WHERE projection"}) {
        in.exec_params0(fmt::format("DELETE FROM {} = $1", table), name);
    }
    in.exec_params0("DELETE FROM billhook.schema_version WHERE scope = $1", found->schema);
    std::string tables;
    for (const auto& row : in.exec_params(
             "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables WHERE schemaname = $1",
             found->schema
         )) {
        tables += (tables.empty() ? "" : ", ") + std::string(row[0].c_str());
    }
    // Without CASCADE: nothing that somebody else made over these tables goes with them.
    if (!tables.empty()) {
        in.exec("DROP TABLE " + tables);
    }
    in.exec("DROP SCHEMA " + in.quote_name(found->schema));
    in.commit();
    return *found;
}

}  // namespace billhook
