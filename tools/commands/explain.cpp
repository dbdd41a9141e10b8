#include "worker/insight/explain.hpp"

#include "schemas/io/postgres/connection.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/moment.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/price_words.hpp"
#include "worker/insight/why.hpp"
#include "worker/projections/history_reader.hpp"

#include <fmt/format.h>

namespace billhook {

namespace {

bool is_applications(snapshot_reader& from, const organization_id& organization) {
    return from.in()
        .exec_params1(
            "SELECT EXISTS (SELECT FROM public.organizations WHERE id::text = $1)",
            organization.text()
        )[0]
        .as<bool>();
}

// How much later than it was made the event came, in its greatest unit; a minute is nothing.
std::string lateness(const timeline_row& row) {
    if (!row.received_at || *row.received_at - row.at < std::chrono::minutes{1}) {
        return "";
    }
    const auto late = *row.received_at - row.at;
    if (late >= std::chrono::days{2}) {
        return to_text(std::chrono::floor<std::chrono::days>(late)) + " late";
    }
    if (late >= std::chrono::hours{2}) {
        return to_text(std::chrono::floor<std::chrono::hours>(late)) + " late";
    }
    return to_text(std::chrono::floor<std::chrono::minutes>(late)) + " late";
}

std::string text_of(const explanation& all) {
    const auto price = price_in_words(all.now.renewal);
    auto text = fmt::format(
        "{} at {}\n{}\n{}\nWhy: {}\nNext: {}\n",
        harmless(all.now.organization.text()),
        to_words(all.now.as_of),
        harmless(in_short(all.now)),
        price.empty() ? "" : "Price: " + price + "\n",
        harmless(all.why),
        harmless(all.next)
    );
    text_table rows({"time", "event", "object", "what it says", "came"});
    for (const timeline_row& row : all.timeline) {
        rows.add(
            {to_rfc3339(row.at), row.event ? row.type : "=>", row.object, row.words, lateness(row)}
        );
    }
    return rows.empty() ? text : text + "\n" + rows.text();
}

std::string json_of(const explanation& all) {
    json::writer out;
    out.begin_object().key("standing");
    add_standing(out, all.now);
    out.member("why", all.why).member("next", all.next).key("timeline").begin_array();
    for (const timeline_row& row : all.timeline) {
        out.begin_object().member("at", to_rfc3339(row.at));
        if (row.event) {
            out.member("event", row.event->text())
                .member("type", row.type)
                .member("object", row.object)
                .member("received_at", row.received_at)
                .member("words", row.words);
        } else {
            out.key("standing");
            add_standing(out, *row.became);
        }
        out.end_object();
    }
    return out.end_array().end_object().take();
}

// The tables hold what the fold made of the same facts; another answer would be a bug.
void compare_with_tables(
    snapshot_reader& from,
    const explanation& all,
    std::span<const policy_period> policies
) {
    const auto facts = read_organization(from, all.now.organization);
    if (!facts.stored) {
        return;
    }
    const auto tables = assess(facts, plans_at(policies, all.now.as_of), all.now.as_of);
    if (!same_answer(tables, all.now)) {
        warn(
            "The tables say something else: {}. See billhook replay --verify.\n", in_short(tables)
        );
    }
}

exit_code explain_one(
    snapshot_reader& from,
    const organization_id& organization,
    const std::optional<instant>& asked,
    bool as_json
) {
    if (asked && *asked > from.horizon()) {
        warn(
            "--at: lies after the horizon, {}, up to which everything is read; billhook forecast "
            "tells what is to come\n",
            to_rfc3339(from.horizon())
        );
        return exit_code::usage;
    }
    const auto past = read_history(from, organization, history_reach::owned_ever);
    if (past.journal.empty() && !is_applications(from, organization)) {
        warn(
            "no event ever named the organization {}, and public.organizations has no such row\n",
            organization.text()
        );
        return exit_code::no;
    }
    const auto at = asked.value_or(from.horizon());
    const auto policies = read_policies(from, at);
    const auto all = explain(past, policies, {at, asked.value_or(instant::max())});
    tell("{}", own_lines{as_json ? json_of(all) + "\n" : text_of(all)});
    if (!asked) {
        compare_with_tables(from, all, policies);
    }
    return exit_code::done;
}

}  // namespace

exit_code run_explain(arguments given) {
    command_line line(
        "billhook explain",
        "Why an organization has the access that it has: the rule that decided, in words to pass "
        "on, and\neverything that Stripe said, in the order of events.",
        "  billhook explain org_1                    today, as far as the log is folded\n"
        "  billhook explain org_1 --at 2026-02-08    what was known at the beginning of that day\n"
        "  billhook explain org_1 --at 2026-02-08T09:30:00Z --json\n"
    );
    std::string organization;
    std::string at;
    bool as_json = false;
    line.flags().add_option("organization", organization, "the application's id").required();
    line.flags().add_option("--at", at, "an earlier moment: only events created by then are known");
    line.flags().add_flag("--json", as_json, "one JSON object");
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    std::optional<instant> asked;
    if (!at.empty()) {
        asked = moment_from(at);
        if (!asked) {
            warn("--at: must be a day or a time like 2026-02-08T09:30:00Z\n");
            return exit_code::usage;
        }
    }
    const auto told = line.read_settings({"database.url"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    postgres::connection database(database_of(std::get<settings>(told)));
    snapshot_reader from(database);
    return explain_one(from, organization_id{organization}, asked, as_json);
}

}  // namespace billhook
