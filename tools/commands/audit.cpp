#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/projections/acts.hpp"
#include "worker/projections/snapshot_reader.hpp"

namespace billhook {

namespace {

// "30d" before now, or a day or a time.
std::optional<instant> since_from(const std::string& text, instant now) {
    if (const auto span = duration_from(text)) {
        return now - *span;
    }
    return from_rfc3339(text.find('T') == std::string::npos ? text + "T00:00:00Z" : text);
}

std::string text_of(const std::vector<audited_act>& all) {
    text_table rows({"time", "what", "of", "by", "because", "id"});
    for (const audited_act& one : all) {
        rows.add(
            {to_rfc3339(one.at), one.kind, one.subject, one.actor, one.reason.value_or("-"), one.id}
        );
    }
    return rows.empty() ? "nothing\n" : rows.text();
}

std::string json_of(const std::vector<audited_act>& all) {
    json::writer out;
    out.begin_array();
    for (const audited_act& one : all) {
        out.begin_object()
            .member("at", one.at)
            .member("kind", one.kind)
            .member("subject", one.subject)
            .member("actor", one.actor)
            .member("reason", one.reason)
            .member("id", one.id)
            .end_object();
    }
    return out.end_array().take() + "\n";
}

}  // namespace

exit_code run_audit(arguments given) {
    command_line line(
        "billhook audit",
        "Everything by which an operator changed an answer or discarded something: links, "
        "overrides, grants and\nrevokes as far as the log is folded, plans, promotes, dead letters "
        "and offsets at once.",
        "  billhook audit                      the last 90 days\n"
        "  billhook audit --since 2026-01-01\n"
        "  billhook audit --since 24h --json\n"
    );
    std::string since = "90d";
    std::int64_t limit = 1'000;
    bool as_json = false;
    line.flags().add_option("--since", since, "a duration before now, a day or a time").shown();
    line.flags()
        .add_option("--limit", limit, "at most so many, the latest")
        .shown()
        .within(1, 1'000'000);
    line.flags().add_flag("--json", as_json, "a JSON array");
    const auto told = line.read(std::move(given), {"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    postgres::connection database(database_of(std::get<settings>(told)));
    const auto from = since_from(since, database_time(database.raw()));
    if (!from) {
        warn("--since: must be a duration like 24h, a day, or a time\n");
        return exit_code::usage;
    }
    snapshot_reader snapshot(database);
    const auto all = acts_since(snapshot.tables(), *from, static_cast<std::size_t>(limit));
    tell("{}", own_lines{as_json ? json_of(all) : text_of(all)});
    return exit_code::done;
}

}  // namespace billhook
