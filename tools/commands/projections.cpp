#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/projections/building.hpp"
#include "worker/projections/offset_rows.hpp"

#include <pqxx/nontransaction>

#include <vector>

namespace billhook {

namespace {

struct listed {
    projection what;
    std::int64_t records = 0;  // folded or dead
    std::int64_t bytes = 0;    // of its tables and their indexes
};

std::vector<listed> all_of(postgres::connection& database) {
    pqxx::nontransaction in(database.raw());
    std::vector<listed> all;
    for (auto& each : all_projections(in)) {
        listed& one = all.emplace_back();
        one.records = consumed(offset_rows(in, each.name, topics::stripe_events));
        one.bytes = in.exec_params1(
                          "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::bigint FROM "
                          "pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE "
                          "n.nspname = $1 AND c.relkind = 'r'",
                          each.schema
        )[0]
                        .as<std::int64_t>();
        one.what = std::move(each);
    }
    return all;
}

std::string text_of(const std::vector<listed>& all) {
    text_table rows({"name", "role", "schema", "fold version", "livemode", "records", "MiB"});
    for (const listed& each : all) {
        rows.add(
            {each.what.name,
             each.what.role,
             each.what.schema,
             std::to_string(each.what.fold_version),
             each.what.livemode ? "true" : "false",
             std::to_string(each.records),
             std::to_string(each.bytes / (1024 * 1024))}
        );
    }
    return rows.text();
}

std::string json_of(const std::vector<listed>& all) {
    json::writer out;
    out.begin_array();
    for (const listed& each : all) {
        out.begin_object()
            .member("name", each.what.name)
            .member("role", each.what.role)
            .member("schema", each.what.schema)
            .member("generation", each.what.generation)
            .member("fold_version", each.what.fold_version)
            .member("livemode", each.what.livemode)
            .member("records", each.records)
            .member("bytes", each.bytes)
            .end_object();
    }
    out.end_array();
    return out.take();
}

exit_code drop(postgres::connection& database, const std::string& name) {
    const auto dropped = drop_projection(database, name);
    if (dropped.has_error()) {
        warn("{}\n", to_text(dropped.error(), name));
        return dropped.error() == projection_refusal::unknown ? exit_code::no : exit_code::refused;
    }
    tell("{} is gone, and its schema {}\n", name, dropped->schema);
    return exit_code::done;
}

}  // namespace

exit_code run_projections(arguments given) {
    command_line line(
        "billhook projections",
        "The states that are kept side by side: the live one, those that `billhook replay` "
        "builds,\n"
        "and what was live before a `billhook promote`.",
        "  billhook projections list         what there is, and how large\n"
        "  billhook projections drop second  removes one that is not live\n"
    );
    bool as_json = false;
    std::string name;
    auto list_command = line.flags().add_subcommand("list", "all of them");
    list_command.add_flag("--json", as_json, "one JSON array");
    auto drop_command = line.flags().add_subcommand("drop", "removes one, with all its tables");
    drop_command.add_option("name", name, "the projection's name").required();
    line.flags().require_subcommand();
    const auto told = line.read(std::move(given), {"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    postgres::connection database({std::get<settings>(told).database.url, "billhook projections"});
    if (drop_command.parsed()) {
        return drop(database, name);
    }
    const auto all = all_of(database);
    tell("{}", own_lines{as_json ? json_of(all) + "\n" : text_of(all)});
    return exit_code::done;
}

}  // namespace billhook
