#include "tools/recovery/reconcile.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/process/admin_server.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/reconcile_metrics.hpp"
#include "tools/commands/recovery_session.hpp"
#include "tools/commands/stripe_session.hpp"
#include "tools/commands/text_table.hpp"
#include "tools/recovery/postgres_holdings.hpp"
#include "tools/recovery/publication.hpp"

#include <algorithm>
#include <chrono>
#include <map>
#include <memory>
#include <system_error>
#include <tuple>

namespace billhook {

namespace {

using namespace std::chrono_literals;

struct reconcile_flags {
    std::string every;
    std::string wait = "60s";
    reconcile_request what;
    bool yes = false;
    bool json = false;
};

// A pass over connections of its own, so that the next one begins anew whatever broke.
class pass {
public:
    pass(const settings& all, const reconcile_flags& flags, stripe::client::waiting wait = {})
        : session_(all, flags.yes || !flags.every.empty(), std::move(wait)),
          ours_(session_.database()),
          work_(
              {session_.from(), ours_, waiting_, session_.time()},
              session_.livemode(),
              flags.what
          ) {}

    [[nodiscard]] bool usable() const { return session_.usable(); }
    void reach_log() const { session_.reach_log(); }
    // What is late in the worker is not missed: waits until all that came is folded.
    [[nodiscard]] bool is_folded(std::chrono::seconds patience) {
        const auto state = session_.wait_until_folded(patience, [](const folding&) {});
        if (!state.done()) {
            warn("not all events are folded ({}); is a worker running?\n", state.text());
        }
        return state.done();
    }
    void run() {
        auto next = std::chrono::steady_clock::now() + 5s;
        work_.run([&](const reconcile_report& now) {
            if (std::chrono::steady_clock::now() >= next) {
                next += 5s;
                warn(
                    "{} customers, {} subscriptions, {} schedules, {} invoices compared, {} differ "
                    "so far\n",
                    now.customers,
                    now.subscriptions,
                    now.schedules,
                    now.invoices,
                    now.divergences.size()
                );
            }
        });
    }
    // What was found is published; false: that would tell somebody, and was not agreed to.
    [[nodiscard]] bool publish() { return session_.released(waiting_); }
    [[nodiscard]] const reconcile_report& report() const { return work_.report(); }
    [[nodiscard]] const foretold& notices() const { return session_.notices(); }
    [[nodiscard]] std::uint64_t requests() const { return session_.requests(); }
    [[nodiscard]] const troubles& met() const { return session_.met(); }

private:
    recovery_session session_;
    postgres_holdings ours_;
    spool waiting_;
    reconcile work_;
};

std::size_t healed(const reconcile_report& of) {
    return static_cast<std::size_t>(std::ranges::count(of.divergences, true, &divergence::healed));
}

reconcile_report unhealed(reconcile_report of) {
    of.published = 0;
    for (divergence& each : of.divergences) {
        each.healed = false;
    }
    return of;
}

void print_json(const reconcile_report& of, const foretold& notices) {
    json::writer out;
    out.begin_object();
    out.key("compared")
        .begin_object()
        .member("customers", static_cast<std::int64_t>(of.customers))
        .member("subscriptions", static_cast<std::int64_t>(of.subscriptions))
        .member("schedules", static_cast<std::int64_t>(of.schedules))
        .member("invoices", static_cast<std::int64_t>(of.invoices))
        .end_object();
    out.key("differences").begin_array();
    for (const divergence& each : of.divergences) {
        out.begin_object()
            .member("kind", to_word(each.kind))
            .member("object", each.object)
            .member("cause", to_word(each.cause))
            .member("healed", each.healed)
            .end_object();
    }
    out.end_array()
        .member("published", static_cast<std::int64_t>(of.published))
        .member("open", static_cast<std::int64_t>(of.open()))
        .member("notices", static_cast<std::int64_t>(notices.notices))
        .end_object();
    tell("{}\n", out.take());
}

void print_text(const reconcile_report& of) {
    text_table table({"kind", "cause", "object", "healed"});
    for (const divergence& each : of.divergences) {
        table.add(
            {std::string(to_word(each.kind)),
             std::string(to_word(each.cause)),
             each.object,
             each.healed ? "yes" : "no"}
        );
    }
    if (!table.empty()) {
        tell("{}\n", own_lines{table.text()});
    }
    tell(
        "{} customers, {} subscriptions, {} schedules, {} invoices compared, {} differ, {} "
        "healed\n",
        of.customers,
        of.subscriptions,
        of.schedules,
        of.invoices,
        of.divergences.size(),
        healed(of)
    );
}

void explain(const reconcile_report& of) {
    const auto gone =
        std::ranges::count(of.divergences, divergence_cause::gone, &divergence::cause);
    const auto misnamed =
        std::ranges::count(of.divergences, divergence_cause::misnamed, &divergence::cause);
    if (misnamed > 0) {
        warn(
            "{} are misnamed: a row of organizations or a link names a customer that the account "
            "of this key never had; correct the row, then billhook unlink CUSTOMER\n",
            misnamed
        );
    }
    const auto assumed =
        std::ranges::count(of.divergences, divergence_cause::assumed, &divergence::cause);
    if (assumed > 0) {
        warn(
            "{} are assumed: they owe again after a write-off, and nothing tells whether they were "
            "active in between; grace counts from the later failure\n",
            assumed
        );
    }
    if (gone > 0) {
        warn(
            "{} are gone: the account of this key does not have them; is stripe.secret_key another "
            "account's?\n",
            gone
        );
    }
}

exit_code run_once(const settings& all, const reconcile_flags& flags) {
    pass once(all, flags);
    if (!once.usable()) {
        return exit_code::usage;
    }
    if (flags.what.heal) {
        once.reach_log();
    }
    if (!once.is_folded(*duration_from(flags.wait))) {
        return exit_code::no;
    }
    bool published = true;
    try {
        once.run();
        published = once.publish();
    } catch (const stripe::failure& failed) {
        return complain_of_failure(failed);
    } catch (const not_published& failed) {
        warn("{}; see kafka.brokers\n", failed.what());
        return exit_code::unreachable;
    }
    const auto report = published ? once.report() : unhealed(once.report());
    flags.json ? print_json(report, once.notices()) : print_text(report);
    explain(report);
    if (!published) {
        return exit_code::refused;
    }
    return report.open() == 0 ? exit_code::done : exit_code::no;
}

void count(const pass& done, const reconcile_metrics& in) {
    in.published.add(static_cast<double>(done.report().published));
    in.requests.add(static_cast<double>(done.requests()));
    in.rate_limited.add(static_cast<double>(done.met().rate_limited));
    for (const divergence& each : done.report().divergences) {
        in.found(each.kind, each.cause).add();
        in.healed(each.kind, each.cause).add(each.healed ? 1 : 0);
    }
}

// One pass of the service; what breaks is logged and counted, and the next pass tries again.
bool serve_once(
    const settings& all,
    const reconcile_flags& flags,
    const stop& ending,
    log& lines,
    const reconcile_metrics& counters
) {
    try {
        pass next(all, flags, [&](std::chrono::milliseconds pause) {
            return !ending.wait_for(pause);
        });
        if (!next.usable()) {
            return false;
        }
        if (!next.is_folded(*duration_from(flags.wait))) {
            counters.failed_passes.add();
            return true;
        }
        try {
            next.run();
            static_cast<void>(next.publish());
        } catch (...) {
            count(next, counters);
            throw;
        }
        count(next, counters);
        counters.passes.add();
        counters.last_pass.set(static_cast<double>(to_unix_seconds(system_clock().now())));
        const auto& report = next.report();
        lines.info(
            "compared with Stripe",
            "customers"_is(report.customers),
            "subscriptions"_is(report.subscriptions),
            "schedules"_is(report.schedules),
            "invoices"_is(report.invoices),
            "differ"_is(report.divergences.size()),
            "healed"_is(healed(report)),
            "notices"_is(next.notices().notices),
            "requests"_is(next.requests())
        );
        for (const divergence& each : report.divergences) {
            lines.at(
                each.healed || each.open() ? log_level::warning : log_level::info,
                "differs from Stripe",
                "kind"_is(each.kind),
                "object"_is(each.object),
                "cause"_is(each.cause),
                "healed"_is(each.healed)
            );
        }
    } catch (const std::exception& failed) {
        counters.failed_passes.add();
        lines.error("pass given up", "why"_is(postgres::scrubbed(failed)));
    }
    return true;
}

exit_code serve(const settings& all, const reconcile_flags& flags, std::chrono::seconds every) {
    stop ending;
    log lines("reconcile", all.level, all.format);
    metrics numbers;
    const reconcile_metrics counters(numbers);
    const auto& where = all.reconcile.admin_listen;
    try {
        const auto always = [] { return true; };
        const admin_server admin(where, usual_routes(numbers, always), lines);
        while (!ending.requested()) {
            if (!serve_once(all, flags, ending, lines, counters)) {
                return exit_code::usage;
            }
            static_cast<void>(ending.wait_for(every));
        }
    } catch (const std::system_error& failed) {
        warn(
            "reconcile.admin_listen: {}:{}: {}\n", where.host, where.port, failed.code().message()
        );
        return exit_code::unreachable;
    }
    return exit_code::done;
}

}  // namespace

exit_code run_reconcile(arguments given) {
    command_line line(
        "billhook reconcile",
        "Compares Stripe's current customers, subscriptions and invoices with ours and names the\n"
        "cause of each difference: missed (no webhook told of it), dead_letter, stale (told in a\n"
        "wrong order), untold (why it is paused, by webhooks of old versions), ambiguous (one\n"
        "second's events), unmapped, gone, unreadable, misnamed (a row or a link names a customer\n"
        "that Stripe does not have), assumed (nothing tells whether it was active between a "
        "write-off\n"
        "and the next failure: taken as active). Exit code 0: nothing differs that was not "
        "healed,\n"
        "but for the last two; 1: something does.",
        "  billhook reconcile                    what differs, and why\n"
        "  billhook reconcile --heal             and publish Stripe's state (source=reconcile)\n"
        "  billhook reconcile --heal --every 1h  as a service, with metrics\n"
    );
    reconcile_flags flags;
    auto own = line.flags();
    own.add_flag("--heal", flags.what.heal, "publish what brings ours to Stripe's state");
    own.add_flag("--yes", flags.yes, "also if that sends notices to customers; --every implies it");
    own.add_flag(
        "--another-account", flags.what.another_account, "though it has no customer that we have"
    );
    own.add_option("--every", flags.every, "again and again, this long apart, until stopped");
    own.add_option("--wait", flags.wait, "for everything that came to be folded before").shown();
    own.add_flag("--json", flags.json, "one JSON object");
    const auto told =
        line.read(std::move(given), {"database.url", "kafka.brokers", "stripe.secret_key"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto every = flags.every.empty() ? std::optional(0s) : duration_from(flags.every);
    if (!every || !duration_from(flags.wait) || (!flags.every.empty() && *every < 1s)) {
        warn("--every, --wait: must be durations like 1h and 90s\n");
        return exit_code::usage;
    }
    const auto& all = std::get<settings>(told);
    return flags.every.empty() ? run_once(all, flags) : serve(all, flags, *every);
}

}  // namespace billhook
