#include "tools/recovery/backfill.hpp"

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/recovery/postgres_journal.hpp"
#include "tools/recovery/publication.hpp"

#include <chrono>
#include <fmt/format.h>
#include <thread>

namespace billhook {

namespace {

constexpr std::chrono::days kept_by_stripe{30};

struct backfill_flags {
    std::string since;
    std::string from;
    std::string to;
    std::string resume;
    backfill_request what;
    bool json = false;
};

void add_flags(flag_set own, backfill_flags& flags) {
    auto since = own.add_option("--since", flags.since, "how far back: 72h, 14d");
    auto from = own.add_option("--from", flags.from, "instead: the first instant (RFC 3339)");
    own.add_option("--to", flags.to, "the last instant (RFC 3339); else now");
    own.add_option("--type", flags.what.types, "only events of this type; may be repeated");
    own.add_option("--resume", flags.resume, "where an interrupted run said it had come to");
    own.add_flag("--dry-run", flags.what.dry_run, "only count what the journal lacks");
    own.add_flag("--json", flags.json, "the counts as one JSON object");
    since.excludes(from);
}

bool complain(const char* flag, const char* must) {
    fmt::print(stderr, "{}: {}\n", flag, must);
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
        fmt::print(
            stderr, "Stripe lists events for 30 days; what is older only reconcile can bring\n"
        );
    }
    flags.what.from = *from;
    flags.what.to = flags.to.empty() ? std::nullopt : to;
    flags.what.resume = *resume;
    return true;
}

const char* done_word(const backfill_flags& flags) {
    return flags.what.dry_run ? "lacking" : "published";
}

void print_report(const backfill_flags& flags, const backfill_report& report) {
    if (flags.json) {
        json::writer out;
        out.begin_object()
            .member("listed", static_cast<std::int64_t>(report.listed))
            .member("known", static_cast<std::int64_t>(report.known))
            .member("published", static_cast<std::int64_t>(report.published))
            .member("dry_run", flags.what.dry_run)
            .end_object();
        fmt::print("{}\n", out.take());
        return;
    }
    fmt::print(
        "{} events listed, {} in the journal, {} {}\n",
        report.listed,
        report.known,
        report.published,
        done_word(flags)
    );
    if (report.published > 0 && !flags.what.dry_run) {
        fmt::print("billhook status --wait 60s tells when they are folded\n");
    }
}

exit_code run(const backfill_flags& flags, const settings& all) {
    postgres::connection database(database_of(all));
    bool livemode = false;
    {
        pqxx::work in(database.raw());
        livemode = live_schema_of(in).livemode;
    }
    const auto told = stripe_client_or_problem(all, livemode);
    if (!told) {
        return exit_code::usage;
    }
    system_clock time;
    stripe::client from(*told, [&](std::chrono::milliseconds pause) {
        time.sleep(pause);
        return true;
    });
    troubles met;
    from.on_trouble([&](const stripe::trouble& what) { met.add(what); });
    postgres_journal books(database.raw());
    kafka::kafka_publisher log(kafka::producer_settings_from(all.kafka));
    backfill_report report;
    const auto say_where = [&] {
        fmt::print(
            stderr, "to go on from here: the same with --resume {}\n", to_text(report.reached)
        );
    };
    try {
        const auto refused =
            backfill({from, books, log, time}, flags.what, report, [&](const backfill_report& now) {
                fmt::print(
                    stderr, "{} listed, {} {}\n", now.listed, now.published, done_word(flags)
                );
            });
        if (refused) {
            say_where();
            return complain_of_refusal(stripe::to_text(*refused), refused->status);
        }
    } catch (const stripe::failure& failed) {
        say_where();
        return complain_of_failure(failed);
    } catch (const not_published& failed) {
        say_where();
        fmt::print(stderr, "{}; see kafka.brokers\n", failed.what());
        return exit_code::unreachable;
    }
    print_report(flags, report);
    return exit_code::done;
}

}  // namespace

exit_code run_backfill(arguments given) {
    command_line line(
        "billhook backfill",
        "Lists Stripe's events and publishes those that the journal lacks (source=backfill).\n"
        "Doing it again is harmless.",
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
