#include "tools/recovery/backfill.hpp"

#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/recovery_session.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/recovery/postgres_journal.hpp"
#include "tools/recovery/publication.hpp"

#include <chrono>

namespace billhook {

namespace {

constexpr std::chrono::days kept_by_stripe{30};

struct backfill_flags {
    std::string since;
    std::string from;
    std::string to;
    std::string resume;
    backfill_request what;
    bool dry_run = false;
    bool yes = false;
    bool json = false;
};

void add_flags(flag_set own, backfill_flags& flags) {
    auto since = own.add_option("--since", flags.since, "how far back: 72h, 14d");
    auto from = own.add_option("--from", flags.from, "instead: the first instant (RFC 3339)");
    own.add_option("--to", flags.to, "the last instant (RFC 3339); else now");
    own.add_option("--type", flags.what.types, "only events of this type; may be repeated");
    own.add_option("--resume", flags.resume, "where an interrupted run said it had come to");
    own.add_flag("--dry-run", flags.dry_run, "only count what the journal lacks");
    own.add_flag("--yes", flags.yes, "also if that sends notices to customers");
    own.add_flag("--json", flags.json, "the counts as one JSON object");
    since.excludes(from);
}

bool complain(const char* flag, const char* must) {
    warn("{}: {}\n", flag, must);
    return false;
}

// Takes the flags over into the request; says what is wrong.
bool settle(backfill_flags& flags, instant now) {
    constexpr const char* must_be_time = "must be a time like 2026-01-31T12:00:00Z";
    if (flags.since.empty() && flags.from.empty()) {
        return complain("--since", "is missing; how far back, like 72h (or --from)");
    }
    const auto since = duration_from(flags.since.empty() ? "1h" : flags.since);
    const auto from = flags.from.empty() ? now - since.value_or(std::chrono::seconds{0})
                                         : from_rfc3339(flags.from);
    const auto to = flags.to.empty() ? std::optional(now) : from_rfc3339(flags.to);
    const auto resume = flags.resume.empty() ? backfill_position{} : position_from(flags.resume);
    if (!since) {
        return complain("--since", "must be a duration like 72h or 14d");
    }
    if (!from) {
        return complain("--from", must_be_time);
    }
    if (!to) {
        return complain("--to", must_be_time);
    }
    if (!resume) {
        return complain("--resume", "must be what an interrupted run printed, like 0:evt_1Nabc");
    }
    if (now - *from > kept_by_stripe) {
        warn("Stripe lists events for 30 days; what is older only reconcile can bring\n");
    }
    flags.what.from = *from;
    flags.what.to = flags.to.empty() ? std::nullopt : to;
    flags.what.resume = *resume;
    return true;
}

const char* done_word(const backfill_flags& flags) {
    return flags.dry_run ? "lacking" : "published";
}

void print_report(
    const backfill_flags& flags,
    const backfill_report& report,
    const foretold& notices
) {
    if (flags.json) {
        json::writer out;
        out.begin_object()
            .member("listed", static_cast<std::int64_t>(report.listed))
            .member("known", static_cast<std::int64_t>(report.known))
            .member("published", static_cast<std::int64_t>(report.published))
            .member("notices", static_cast<std::int64_t>(notices.notices))
            .member("dry_run", flags.dry_run)
            .end_object();
        tell("{}\n", out.take());
        return;
    }
    tell(
        "{} events listed, {} in the journal, {} {}\n",
        report.listed,
        report.known,
        report.published,
        done_word(flags)
    );
    if (report.published > 0 && !flags.dry_run) {
        tell("billhook status --wait 60s tells when they are folded\n");
    }
}

exit_code list_into(
    const backfill_ports& with,
    const backfill_flags& flags,
    backfill_report& report
) {
    try {
        const auto refused = backfill(with, flags.what, report, [&](const backfill_report& now) {
            warn("{} listed, {} lacking\n", now.listed, now.published);
        });
        return refused ? complain_of_refusal(stripe::to_text(*refused), refused->status)
                       : exit_code::done;
    } catch (const stripe::failure& failed) {
        return complain_of_failure(failed);
    }
}

exit_code run(const backfill_flags& flags, const settings& all) {
    recovery_session session(all, flags.yes);
    if (!session.usable()) {
        return exit_code::usage;
    }
    if (!flags.dry_run) {
        session.reach_log();
    }
    postgres_journal books(session.database());
    spool waiting;
    backfill_report report;
    const auto code = list_into({session.from(), books, waiting, session.time()}, flags, report);
    // What an interrupted run had listed is as good as all of it.
    try {
        const bool may_go = flags.dry_run ? session.allowed(waiting) : session.released(waiting);
        if (!flags.dry_run && !may_go) {
            return exit_code::refused;
        }
    } catch (const not_published& failed) {
        warn("{}; see kafka.brokers\n", failed.what());
        return exit_code::unreachable;
    }
    if (code != exit_code::done) {
        warn("to go on from here: the same with --resume {}\n", to_text(report.reached));
        return code;
    }
    print_report(flags, report, session.notices());
    return exit_code::done;
}

}  // namespace

exit_code run_backfill(arguments given) {
    command_line line(
        "billhook backfill",
        "Lists Stripe's events and publishes those that the journal lacks (source=backfill).\n"
        "Doing it again is harmless. Counts first how many notices that would send, and sends\n"
        "some only with --yes.",
        "  billhook backfill --since 72h               after an outage of the webhook endpoint\n"
        "  billhook backfill --since 30d --dry-run     how many were missed\n"
        "  billhook backfill --from 2026-01-31T12:00:00Z --to 2026-01-31T18:00:00Z\n"
    );
    backfill_flags flags;
    add_flags(line.flags(), flags);
    const auto told =
        line.read(std::move(given), {"database.url", "kafka.brokers", "stripe.secret_key"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    if (!settle(flags, system_clock().now())) {
        return exit_code::usage;
    }
    return run(flags, std::get<settings>(told));
}

}  // namespace billhook
