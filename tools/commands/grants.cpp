#include "worker/domain/grants.hpp"

#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/grant.hpp"
#include "schemas/plans/features_text.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/ledger/loads.hpp"

#include <algorithm>
#include <tuple>

namespace billhook {

namespace {

// Of one organization, or of all.
constexpr load_statement<grant, 1> load_grants{
    "list grants",
    tables::grants,
    "a.organization = $1::text OR $1 IS NULL"};

std::string_view state_of(const grant_course& one) {
    return one.revoked_by != nullptr ? "revoked" : one.in_force ? "in force" : "ended";
}

void put(json::writer& out, const grant_course& one) {
    const grant& what = *one.what;
    out.begin_object()
        .member("id", what.id.text())
        .member("organization", what.organization.text())
        .member("state", state_of(one))
        .member("gives", gift_in_words(what))
        .member("plan", what.plan)
        .member("access", what.full_access ? std::optional<std::string>{"full"} : std::nullopt)
        .key("features")
        .add_raw(to_text(what.features))
        .member("exempt", what.exempt)
        .member("trial_extension", what.trial_extension)
        .member("until", what.until)
        .member("ends", one.ends)
        .member("actor", what.actor)
        .member("reason", what.reason)
        .member("created", what.created)
        .key("revoked");
    if (one.revoked_by == nullptr) {
        out.add(nullptr);
    } else {
        out.begin_object()
            .member("id", one.revoked_by->id.text())
            .member("actor", one.revoked_by->actor)
            .member("reason", one.revoked_by->reason)
            .member("created", one.revoked_by->created)
            .end_object();
    }
    out.end_object();
}

std::string text_of(std::span<const grant_course> all) {
    text_table rows({"id", "organization", "state", "gives", "until", "by", "because"});
    for (const grant_course& one : all) {
        rows.add(
            {one.what->id.text(),
             one.what->organization.text(),
             std::string(state_of(one)),
             gift_in_words(*one.what),
             one.ends ? to_words(*one.ends) : "-",
             one.what->actor,
             one.what->reason}
        );
    }
    return rows.empty() ? "no grants\n" : rows.text();
}

exit_code list(const settings& told, const std::string& organization, bool all, bool as_json) {
    postgres::connection database(database_of(told));
    snapshot_reader from(database);
    auto grants =
        run(from.tables(),
            load_grants,
            organization.empty() ? std::nullopt : std::optional{organization});
    std::ranges::sort(grants, [](const grant& a, const grant& b) {
        return std::tie(a.organization, a.created, a.id) <
               std::tie(b.organization, b.created, b.id);
    });
    auto courses = courses_of(grants, from.horizon());
    if (!all) {
        std::erase_if(courses, [](const grant_course& one) { return !one.in_force; });
    }
    if (!as_json) {
        tell("{}", own_lines{text_of(courses)});
        return exit_code::done;
    }
    json::writer out;
    out.begin_array();
    for (const grant_course& one : courses) {
        put(out, one);
    }
    tell("{}\n", out.end_array().take());
    return exit_code::done;
}

}  // namespace

exit_code run_grants(arguments given) {
    command_line line(
        "billhook grants",
        "What operators gave organizations, as far as the log is folded.",
        "  billhook grants list               what is in force\n"
        "  billhook grants list org_1 --all   also what has ended and was revoked\n"
        "  billhook grants list --json\n"
    );
    std::string organization;
    bool all = false;
    bool as_json = false;
    auto lists = line.flags().add_subcommand("list", "who gave whom what, until when and why");
    lists.add_option("organization", organization, "the application's id; default: all");
    lists.add_flag("--all", all, "also what has ended and was revoked");
    lists.add_flag("--json", as_json, "a JSON array");
    auto own = line.flags();
    own.require_subcommand();
    const auto told = line.read(std::move(given), {"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    return list(std::get<settings>(told), organization, all, as_json);
}

}  // namespace billhook
