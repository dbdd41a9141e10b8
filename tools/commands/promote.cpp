#include "tools/replay/promote.hpp"

#include "schemas/io/process/plans_file.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/replay_steps.hpp"
#include "tools/commands/session.hpp"

#include <pqxx/nontransaction>

#include <fmt/format.h>

namespace billhook {

namespace {

constexpr const char* about_promote =
    "Makes a projection that `billhook replay` built the live one, while workers run and the\n"
    "application reads: it is caught up with the log, then views, roles and offsets change in\n"
    "one transaction. What was live is kept; promoting it goes back. Readers are never torn\n"
    "and never fail: where one is in the way, the promote gives way and tries again. Nobody\n"
    "is mailed for what only the new one finds due.\n"
    "Exit codes: 0 done; 1 nothing was changed, try again; 2 usage; 3 Postgres or Kafka is\n"
    "out of reach; 4 refused, for the reason on standard error.";

struct promote_flags {
    std::string name;
    std::string plans;
    std::size_t jobs = 0;
    std::string patience = "60s";
    bool dry_run = false;
    bool json = false;
    act_flags act;
};

// A script that does not know whether its last promote came through asks again.
bool is_live_already(postgres::connection& database, const std::string& name) {
    pqxx::nontransaction in(database.raw());
    const auto found = find_projection(in, name);
    return found && found->role == "live";
}

exit_code dry_run(replay_steps& work, bool as_json) {
    comparison found;
    const auto code = work.compare(comparing::changes_by_promote, found);
    if (code != exit_code::done) {
        return code;
    }
    if (as_json) {
        json::writer out;
        out.begin_object().key("changes").begin_array();
        for (const standing_divergence& each : found.standings) {
            out.begin_object()
                .member("organization", each.organization.text())
                .member("what", each.what)
                .end_object();
        }
        out.end_array().end_object();
        tell("{}\n", out.take());
    } else {
        tell("{}", own_lines{found.text()});
    }
    return exit_code::done;
}

exit_code told_ending(const std::string& name, const promoting& how, bool as_json) {
    switch (how.last.ending) {
        case promotion_ending::done:
            break;
        case promotion_ending::behind:
            warn(
                "{}",
                own_lines{
                    how.stuck ? "the replay stands still: see billhook offsets show\n"
                              : "the workers were ahead each time; nothing was changed. Try "
                                "again when less comes in, or with a longer --patience\n"}
            );
            return exit_code::no;
        case promotion_ending::locked_out:
            warn(
                "a long transaction was in the way each time (of the application on billing.*, or "
                "a dump); nothing was\nchanged. pg_stat_activity shows it\n"
            );
            return exit_code::no;
        case promotion_ending::other_plans:
            warn(
                "other plans were put in force meanwhile; nothing was changed. The same command "
                "again assesses by those\n"
            );
            return exit_code::no;
        case promotion_ending::not_ours:
            warn("{} is not being built any more: see billhook projections list\n", name);
            return exit_code::refused;
    }
    if (as_json) {
        json::writer out;
        out.begin_object()
            .member("live", name)
            .member("old", how.last.retired)
            .member("changed", how.last.news.changed)
            .member("skipped_notices", how.last.news.skipped)
            .member("tries", how.tries)
            .end_object();
        tell("{}\n", out.take());
        return exit_code::done;
    }
    tell(
        "{0} is live; {1} organizations have another standing now. {2} notices that only {0} found "
        "due are recorded, not sent.\n{3} is kept: billhook promote {3} goes back, billhook "
        "projections drop {3} removes it\n",
        name,
        how.last.news.changed,
        how.last.news.skipped,
        how.last.retired
    );
    return exit_code::done;
}

void add_flags(command_line& line, promote_flags& flags) {
    line.flags().add_option("name", flags.name, "the projection's name").required();
    line.flags().add_option(
        "--jobs",
        flags.jobs,
        "threads that read, each some of the partitions; without it as many as processors"
    );
    line.flags().add_option("--patience", flags.patience, "how long to try").shown();
    line.flags().add_flag("--dry-run", flags.dry_run, "change nothing, only say what would change");
    line.flags().add_option(
        "--with-plans",
        flags.plans,
        "assess by these plans, and put them in force with it; they stay so if you go back"
    );
    add_act_flags(line.flags(), flags.act, false);
    line.flags().add_flag("--json", flags.json, "the outcome as one JSON object");
}

}  // namespace

exit_code run_promote(arguments given) {
    command_line line(
        "billhook promote",
        about_promote,
        "  billhook promote second --dry-run   whose standing would change, and how\n"
        "  billhook promote second\n"
    );
    promote_flags flags;
    add_flags(line, flags);
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (!check_act(flags.act, false)) {
        return exit_code::usage;
    }
    const auto patience = duration_from(flags.patience);
    if (!patience) {
        warn("--patience: must be a duration like 90s or 5m\n");
        return exit_code::usage;
    }
    const auto told = line.read_settings({"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    const auto plans = flags.plans.empty() ? std::nullopt : read_plans_file(flags.plans);
    if (!flags.plans.empty() && !plans) {
        return exit_code::usage;
    }
    const stop wish;
    replay_steps work({all, plans, wish, flags.name, flags.jobs});
    if (!plans && is_live_already(work.database(), flags.name)) {
        tell(
            "{}",
            own_lines{
                flags.json ? fmt::format("{{\"live\":\"{}\",\"tries\":0}}\n", flags.name)
                           : flags.name + " is live already; nothing was changed\n"}
        );
        return exit_code::done;
    }
    const auto code = work.go_on_with();
    if (code != exit_code::done) {
        return code;
    }
    static_cast<void>(work.catch_up_and_assess());
    if (work.code() != exit_code::done) {
        return work.code();
    }
    if (flags.dry_run) {
        return dry_run(work, flags.json);
    }
    auto settings_of_it = work.how();
    settings_of_it.by = acting_of(flags.act);
    const auto how =
        promote(settings_of_it, work.database(), *patience, [](const promoting& so_far) {
            if (so_far.last.ending != promotion_ending::done) {
                warn(
                    "try {}: {}\n",
                    so_far.tries,
                    so_far.last.ending == promotion_ending::behind ? "the workers are ahead"
                                                                   : "a transaction is in the way"
                );
            }
        });
    return told_ending(flags.name, how, flags.json);
}

}  // namespace billhook
