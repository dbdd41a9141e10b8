#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/notice.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/notices_preview.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <array>
#include <fmt/format.h>
#include <fstream>

namespace billhook {

namespace {

// A column of the list: in JSON and in the table under the same name.
struct listed_column {
    const char* name;
    const char* expression;
};
constexpr auto listed_columns = std::to_array<listed_column>({
    {"notice",       "notice"           },
    {"kind",         "min(kind)"        },
    {"organization", "min(organization)"},
    {"subscription", "min(subscription)"},
    {"step",         "min(step)"        },
    {"recorded_at",  "min(recorded_at)" },
    {"claimed_at",   "min(claimed_at)"  },
    {"finished_at",  "min(finished_at)" },
    {"state",
     "CASE WHEN min(outcome) IS NOT NULL THEN min(outcome) WHEN min(claimed_at) IS NULL THEN "
     "'waiting' ELSE 'unfinished' END"  },
    {"cause",        "min(cause)"       },
    {"claimed_by",   "min(claimed_by)"  },
});

struct list_request {
    bool unfinished = false;
    bool failed = false;
    std::int64_t limit = 100;
    bool as_json = false;
};

std::string list_statement(const list_request& asked) {
    std::string list;
    for (const listed_column& each : listed_columns) {
        const bool is_time = std::string_view(each.name).ends_with("_at");
        list += list.empty() ? "" : ", ";
        list += is_time ? fmt::format(
                              "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"')",
                              each.expression
                          )
                        : each.expression;
    }
    // One that is being sent right now is claimed, too, for less than a minute, without a cause.
    const char* const only =
        asked.unfinished
            ? " AND outcome IS NULL AND claimed_at IS NOT NULL AND (cause IS NOT NULL OR "
              "claimed_at < now() - interval '1 minute')"
        : asked.failed ? " AND outcome = 'failed'"
                       : "";
    return fmt::format(
        "SELECT {} FROM billhook.notices WHERE state = 'sent'{} GROUP BY notice ORDER BY "
        "min(recorded_at) DESC, notice LIMIT {}",
        list,
        only,
        asked.limit
    );
}

void print_json(const pqxx::result& rows) {
    json::writer out;
    out.begin_array();
    for (const auto& row : rows) {
        out.begin_object();
        for (std::size_t at = 0; at < listed_columns.size(); ++at) {
            const auto field = row[static_cast<pqxx::row::size_type>(at)];
            out.member(
                listed_columns[at].name,
                field.is_null() ? std::nullopt : std::optional<std::string>(field.c_str())
            );
        }
        out.end_object();
    }
    tell("{}\n", out.end_array().take());
}

void print_table(const pqxx::result& rows, bool unfinished) {
    std::vector<std::string> headings;
    for (const listed_column& each : listed_columns) {
        headings.emplace_back(each.name);
    }
    text_table table(headings);
    for (const auto& row : rows) {
        std::vector<std::string> cells;
        for (std::size_t at = 0; at < listed_columns.size(); ++at) {
            const auto field = row[static_cast<pqxx::row::size_type>(at)];
            cells.emplace_back(field.is_null() ? "-" : field.c_str());
        }
        table.add(std::move(cells));
    }
    if (table.empty()) {
        tell("{}", own_lines{unfinished ? "no notice is unfinished\n" : "no notices\n"});
        return;
    }
    tell("{}", own_lines{table.text()});
    if (unfinished) {
        tell(
            "Nobody knows whether these arrived: the mail server's log does, by the Message-ID, "
            "which is the notice.\nThey are not sent again.\n"
        );
    }
}

exit_code list(const command_line& line, const list_request& asked) {
    const auto told = line.read_settings({"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    postgres::connection database(database_of(std::get<settings>(told)));
    pqxx::nontransaction in(database.raw());
    const auto rows = in.exec(list_statement(asked));
    if (asked.as_json) {
        print_json(rows);
    } else {
        print_table(rows, asked.unfinished);
    }
    return exit_code::done;
}

exit_code preview(const command_line& line, const std::string& kind, const std::string& path) {
    const auto told = line.read_settings({});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto kinds = preview_kinds(kind);
    if (kinds.empty()) {
        warn("no kind of notice is called '{}'; there are:", kind);
        for (const auto each : preview_kinds("")) {
            warn(" {}", to_word(each));
        }
        warn("\n");
        return exit_code::usage;
    }
    const email_sender sender = preview_sender(std::get<settings>(told));
    if (path.empty()) {
        tell("{}", own_lines{preview_text(kinds, sender)});
        return exit_code::done;
    }
    std::ofstream file(path, std::ios::binary);
    if (!(file << preview_page(kinds, sender) << std::flush)) {
        warn("{}: cannot be written\n", path);
        return exit_code::refused;
    }
    tell("{} written: open it in a browser\n", path);
    return exit_code::done;
}

// Shows since when notices are sent, or sets it: `now`, or a time.
exit_code since(const command_line& line, const std::string& when) {
    const auto told = line.read_settings({"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto at = from_rfc3339(when);
    if (!when.empty() && when != "now" && !at) {
        warn("since: must be `now` or a time like 2026-01-31T12:00:00Z\n");
        return exit_code::usage;
    }
    postgres::connection database(database_of(std::get<settings>(told)));
    pqxx::work in(database.raw());
    if (!when.empty()) {
        in.exec_params(
            "INSERT INTO billhook.notices_since (since) VALUES (coalesce($1::timestamptz, now())) "
            "ON CONFLICT (one) DO UPDATE SET since = excluded.since",
            at ? std::optional(to_rfc3339(*at)) : std::nullopt
        );
    }
    const auto rows = in.exec(
        "SELECT to_char(since AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS\"Z\"') FROM "
        "billhook.notices_since"
    );
    in.commit();
    if (rows.empty()) {
        tell("notices have no first moment\n");
    } else {
        tell("nothing that fell due before {} is sent\n", rows[0][0].c_str());
    }
    return exit_code::done;
}

}  // namespace

exit_code run_notices(arguments given) {
    command_line line(
        "billhook notices",
        "What organizations were told by e-mail, and how that looks.",
        "  billhook notices list                      the latest, and what became of each\n"
        "  billhook notices list --unfinished         claimed, and nobody knows whether they "
        "arrived\n"
        "  billhook notices list --failed --json      could not be delivered, for a script\n"
        "  billhook notices since now                 tell nobody of what fell due before\n"
        "  billhook notices preview                   every kind of e-mail as text\n"
        "  billhook notices preview --html mails.html a page with all of them, for a browser\n"
        "  billhook notices preview reminder          one kind\n"
    );
    list_request asked;
    std::string kind;
    std::string path;
    auto list_command = line.flags().add_subcommand("list", "what became of the notices");
    auto unfinished = list_command.add_flag(
        "--unfinished", asked.unfinished, "those of which nobody knows whether they arrived"
    );
    list_command.add_flag("--failed", asked.failed, "those that could not be delivered")
        .excludes(unfinished);
    list_command.add_option("--limit", asked.limit, "at most so many, the latest (100)")
        .within(1, 1'000'000);
    list_command.add_flag("--json", asked.as_json, "a JSON array");
    auto preview_command =
        line.flags().add_subcommand("preview", "the e-mails, for an invented customer");
    preview_command.add_option("kind", kind, "reminder, recovered ...; all if it is left out");
    preview_command.add_option("--html", path, "write them as one page to FILE").type_name("FILE");
    std::string when;
    auto since_command = line.flags().add_subcommand("since", "what fell due before is not sent");
    since_command.add_option("time", when, "now, or RFC 3339; left out, it is only shown");
    line.flags().require_subcommand();
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (since_command.parsed()) {
        return since(line, when);
    }
    return preview_command.parsed() ? preview(line, kind, path) : list(line, asked);
}

}  // namespace billhook
