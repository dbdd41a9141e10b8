#include "schemas/io/process/plans_file.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/bench_fold.hpp"
#include "tools/commands/bench_gateways.hpp"
#include "tools/commands/bench_history.hpp"
#include "tools/commands/bench_latency_flags.hpp"
#include "tools/commands/bench_renewal.hpp"
#include "tools/commands/bench_standing.hpp"
#include "tools/commands/bench_tables.hpp"
#include "tools/commands/bench_worker.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"

#include <fmt/format.h>

namespace billhook {

namespace {

std::string number(double value) {
    return fmt::format("{:.2f}", value);
}

std::string text_of(const history_costs& all) {
    text_table rows(
        {"history of", "known", "one more, ms", "of fresh", "a late one, ms", "of fresh", "MiB"}
    );
    for (const auto& each : all.sizes) {
        rows.add(
            {std::string(to_word(each.what)),
             std::to_string(each.facts),
             number(each.one_more),
             number(each.one_more / each.fresh),
             number(each.late),
             number(each.late / each.fresh),
             std::to_string(each.mebibytes)}
        );
    }
    return rows.text() +
           fmt::format(
               "\n{} facts in batches of {}: {:.0f} us each in order, {:.0f} us each in any order "
               "({:.2f} times)\n",
               all.bulk.facts,
               all.bulk.batch,
               all.bulk.ordered,
               all.bulk.shuffled,
               all.bulk.shuffled / all.bulk.ordered
           );
}

std::string json_of(const history_costs& all) {
    json::writer out;
    out.begin_object().key("sizes").begin_array();
    for (const auto& each : all.sizes) {
        out.begin_object()
            .member("of", to_word(each.what))
            .member("facts", each.facts)
            .member("fresh_us", static_cast<std::int64_t>(each.fresh * 1000))
            .member("one_more_us", static_cast<std::int64_t>(each.one_more * 1000))
            .member("late_us", static_cast<std::int64_t>(each.late * 1000))
            .member("resident_mebibytes", each.mebibytes)
            .end_object();
    }
    out.end_array().key("bulk").begin_object();
    out.member("facts", all.bulk.facts)
        .member("batch", all.bulk.batch)
        .member("ordered_ns", static_cast<std::int64_t>(all.bulk.ordered * 1000))
        .member("shuffled_ns", static_cast<std::int64_t>(all.bulk.shuffled * 1000))
        .end_object();
    return out.end_object().take();
}

std::string text_of(const std::vector<table_cost>& all) {
    text_table rows({"rows", "organizations", "in batches, us", "alone, us"});
    for (const auto& each : all) {
        rows.add(
            {std::to_string(each.rows),
             std::to_string(each.organizations),
             fmt::format("{:.0f}", each.in_batches),
             fmt::format("{:.0f}", each.alone)}
        );
    }
    rows.add(
        {"ratio",
         "",
         number(all.back().in_batches / all.front().in_batches),
         number(all.back().alone / all.front().alone)}
    );
    return rows.text();
}

std::string json_of(const std::vector<table_cost>& all) {
    json::writer out;
    out.begin_object().key("tables").begin_array();
    for (const auto& each : all) {
        out.begin_object()
            .member("rows", each.rows)
            .member("organizations", each.organizations)
            .member("in_batches_ns", static_cast<std::int64_t>(each.in_batches * 1000))
            .member("alone_ns", static_cast<std::int64_t>(each.alone * 1000))
            .end_object();
    }
    return out.end_array().end_object().take();
}

template <class Found>
exit_code print(const std::optional<Found>& found, bool as_json) {
    if (!found) {
        warn("billhook bench: that database is in use by billhook; make an empty one for it\n");
        return exit_code::refused;
    }
    tell("{}", own_lines{as_json ? json_of(*found) + "\n" : text_of(*found)});
    return exit_code::done;
}

constexpr const char* bench_purpose =
    "What the work costs on this machine, beside something else that is measured in the same "
    "run.\nhistory: a batch of one more event of a tenant of whom 10 to 100,000 are known, "
    "against "
    "a fresh one; of\ninvoices, refusals, subscriptions and customers up to 1,000.\ntables: an "
    "event of somebody "
    "among many, in tables of 10 million rows against a hundredth of them.\nworker: a worker "
    "that is behind, against one consumer, one event a transaction and COPY of the same "
    "rows.\nrenewal: a "
    "million standings that are due at once, and the three events of each that follow.\nEach of "
    "these "
    "needs a database of its own, empty, as owner, and leaves its tables there.\nfold: the parts "
    "that "
    "know no database and no socket, each beside something of its size.\ningest: what "
    "a post costs gateways that run here, beside a bare reply of the same HTTP library;\n"
    "tools/bench/ingest starts all that it needs.\nstanding: the same of billhook-api and an "
    "organization's standing; tools/bench/standing.\nlatency: how long a webhook takes to the "
    "gateway's answer, and until its fold is seen in the database;\ntools/bench/latency.";
constexpr const char* bench_examples =
    "  createdb bench && billhook bench history --database-url "
    "postgresql://owner:...@db/bench\n"
    "  billhook bench history --largest 1000 --json    quickly, for a script\n"
    "  billhook bench tables                           takes minutes and 10 GB\n"
    "  billhook bench worker --organizations 5000      160,000 events\n"
    "  billhook bench fold                             in seconds, and starts nothing\n"
    "  tools/bench/renewal --organizations 100000      starts what bench renewal needs\n"
    "  tools/bench/latency -- --rate 1000              starts what bench latency needs";

void add_flags(flag_set own, history_bench& into) {
    own.add_option("--largest", into.largest, "facts of the longest history")
        .shown()
        .within(10, 1'000'000);
}

void add_flags(flag_set own, worker_bench& into) {
    own.add_option("--organizations", into.organizations, "thirty events each, or so")
        .shown()
        .within(1, 100'000);
    own.add_option("--partitions", into.partitions, "of the log").shown().within(1, 1000);
    own.add_option("--consumers", into.consumers, "threads, as worker.threads")
        .shown()
        .within(1, 64);
    own.add_option("--alone", into.alone, "events that are folded one by one")
        .shown()
        .within(1, 100'000);
}

void add_flags(flag_set own, renewal_bench& into) {
    own.add_option("--organizations", into.organizations, "three events each")
        .shown()
        .within(1, 9'000'000);
    own.add_option("--partitions", into.partitions, "of the log").shown().within(1, 1000);
    own.add_option("--consumers", into.consumers, "at once").shown().within(1, 64);
}

void add_flags(flag_set own, std::int64_t& rows) {
    own.add_option("--rows", rows, "in all tables together").shown().within(100'000, 1'000'000'000);
}

std::vector<std::string_view> required_settings(bool needs_database) {
    return needs_database ? std::vector<std::string_view>{"database.url"}
                          : std::vector<std::string_view>{};
}

}  // namespace

exit_code run_bench(arguments given) {
    command_line line("billhook bench", bench_purpose, bench_examples);
    bool as_json = false;
    const auto add = [&](const char* name, const char* help) {
        flag_set of = line.flags().add_subcommand(name, help);
        of.add_flag("--json", as_json, "one JSON object");
        return of;
    };
    const auto add_with = [&add](const char* name, const char* help, auto& into) {
        const flag_set of = add(name, help);
        add_flags(of, into);
        return of;
    };
    history_bench history;
    add_with("history", "long histories", history);
    std::int64_t rows = 10'000'000;
    const auto of_tables = add_with("tables", "tables of many rows", rows);
    worker_bench work;
    const auto of_worker = add_with("worker", "events a second, and what each costs", work);
    const auto of_fold = add("fold", "the pure parts");
    renewal_bench renewal;
    const auto of_renewal = add_with("renewal", "a day on which all renew", renewal);
    ingest_flags gateways;
    const auto of_ingest = add_with("ingest", "gateways", gateways);
    standing_flags standings;
    const auto of_standing = add_with("standing", "the billing API", standings);
    latency_flags latency;
    const auto of_latency = add_with("latency", "from the webhook to its fold", latency);
    line.flags().require_subcommand();
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    if (of_standing.parsed()) {
        return bench_standing(standings, as_json);
    }
    const auto told =
        line.read_settings(required_settings(!of_ingest.parsed() && !of_fold.parsed()));
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    if (of_ingest.parsed()) {
        return bench_gateways(gateways, all, as_json);
    }
    const auto plans = read_plans_file(all.plans);
    if (!plans) {
        return exit_code::usage;
    }
    if (of_fold.parsed()) {
        return print(std::optional{measure_parts(plans->plans)}, as_json);
    }
    if (of_latency.parsed()) {
        return bench_latency(latency, all, plans->plans, as_json);
    }
    const auto database = database_of(all);
    const auto& passwords = all.database.role_passwords;
    if (of_tables.parsed()) {
        return print(measure_tables(database, *plans, passwords, rows), as_json);
    }
    if (of_renewal.parsed()) {
        renewal.batch_records = all.worker.batch_records;
        return print(measure_renewal(database, *plans, passwords, renewal), as_json);
    }
    if (of_worker.parsed()) {
        work.batch_records = all.worker.batch_records;
        return print(measure_worker(database, *plans, passwords, work), as_json);
    }
    return print(measure_history(database, *plans, passwords, history), as_json);
}

}  // namespace billhook
