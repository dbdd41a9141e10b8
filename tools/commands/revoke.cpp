#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/messages/grant.hpp"
#include "schemas/types/text.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/history.hpp"
#include "worker/insight/why.hpp"
#include "worker/ledger/loads.hpp"
#include "worker/projections/history_reader.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {

namespace {

struct revoke_flags {
    std::string id;
    std::string organization;  // of a grant that is not folded yet
    act_flags act;
    bool json = false;
};

// Why there is nothing to take back; nothing: there is.
std::optional<std::string> idle(const organization_facts& facts, const event_id& id, instant now) {
    for (const grant_course& each : courses_of(facts.grants, now)) {
        if (each.what->id == id && each.revoked_by != nullptr) {
            return fmt::format(
                "{} took it back at {}", each.revoked_by->actor, to_words(each.revoked_by->created)
            );
        }
        if (each.what->id == id && !each.in_force) {
            return "it is over since " + to_words(*each.ends);
        }
    }
    return std::nullopt;
}

// The organization whose grant it is; nothing, and said, if nobody knows.
std::optional<organization_id> receiver(snapshot_reader& from, const revoke_flags& told) {
    const auto found = run(from.tables(), loads::of_grants, array_of(std::vector{told.id}));
    if (!found.empty() && !found.front().revokes) {
        return found.front().organization;
    }
    if (found.empty() && !told.organization.empty()) {
        return organization_id{told.organization};
    }
    warn(
        "{}: {}\n",
        told.id,
        found.empty() ? "no such grant is folded; billhook grants list shows those that are"
                      : "is a revoke itself: give the same again"
    );
    return std::nullopt;
}

exit_code take_back(const settings& told, const revoke_flags& flags) {
    postgres::connection database(database_of(told));
    grant revoke;
    revoke.revokes = event_id{flags.id};
    revoke.actor = flags.act.actor;
    revoke.reason = flags.act.reason;
    revoke.created = database_time(database.raw());
    standing before;
    standing after;
    {
        snapshot_reader from(database);
        const auto whose = receiver(from, flags);
        if (!whose) {
            return exit_code::no;
        }
        revoke.organization = *whose;
        revoke.id = grant_id(revoke);
        auto facts = read_organization(from, *whose);
        if (const auto why = idle(facts, *revoke.revokes, from.horizon())) {
            warn("{}: {}\n", flags.id, *why);
            return exit_code::no;
        }
        const auto plans = postgres::plans_in_force(from.in()).text.plans;
        before = standing_at(facts, plans, from.horizon());
        facts.grants.push_back(revoke);
        after = standing_at(facts, plans, from.horizon());
    }
    if (const auto code = publish_act(told, message_of(revoke)); code != exit_code::done) {
        return code;
    }
    if (flags.json) {
        json::writer out;
        out.begin_object()
            .member("id", revoke.id.text())
            .member("organization", revoke.organization.text())
            .member("revokes", flags.id)
            .member("actor", revoke.actor)
            .member("reason", revoke.reason)
            .key("before");
        add_standing(out, before);
        out.key("after");
        add_standing(out, after);
        tell("{}\n", out.end_object().take());
        return exit_code::done;
    }
    tell(
        "{}: {} of {} is taken back\n  now:  {}\n  then: {}\nbillhook status --wait 60s tells when "
        "it is folded\n",
        revoke.id.text(),
        flags.id,
        revoke.organization.text(),
        in_short(before),
        in_short(after)
    );
    return exit_code::done;
}

}  // namespace

exit_code run_revoke(arguments given) {
    command_line line(
        "billhook revoke",
        "Takes a grant back; it enters the log like an event and holds from when it is folded.\n"
        "Exit codes: 0 taken back; 1 there is no such grant, or it is over; 2 usage; 3 Kafka or "
        "Postgres is away.",
        "  billhook revoke grant_5f0c --reason 'the pilot is over'\n"
        "  billhook revoke grant_5f0c --organization org_1 --reason 'a slip'   one that is not "
        "folded yet\n"
    );
    revoke_flags told;
    auto flags = line.flags();
    flags.add_option("id", told.id, "as billhook grant said and billhook grants list shows")
        .required();
    flags.add_option(
        "--organization", told.organization, "whose it is, where it is not folded yet"
    );
    add_act_flags(flags, told.act);
    flags.add_flag("--json", told.json, "one JSON object");
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const bool has_ids = is_plain_text(told.id, 255) &&
                         (told.organization.empty() || is_plain_text(told.organization, 255));
    if (!has_ids) {
        warn("ids: must be text of 1 to 255 bytes\n");
    }
    if (!has_ids || !check_act(told.act)) {
        return exit_code::usage;
    }
    const auto settings_told = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&settings_told)) {
        return *code;
    }
    return take_back(std::get<settings>(settings_told), told);
}

}  // namespace billhook
