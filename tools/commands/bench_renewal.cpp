#include "tools/commands/bench_renewal.hpp"

#include "schemas/io/process/log.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/bench_folding.hpp"
#include "tools/commands/bench_servers.hpp"
#include "tools/commands/renewal_day.hpp"
#include "tools/commands/session.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/pipeline/background.hpp"
#include "worker/pipeline/postgres_opener.hpp"
#include "worker/pipeline/process.hpp"
#include "worker/pipeline/read_records.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include <algorithm>
#include <chrono>
#include <deque>
#include <fmt/format.h>
#include <memory>
#include <stdexcept>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;

constexpr std::int64_t copies_a_statement = 1'000;
constexpr std::chrono::seconds between_words{2};

// Says how far it is, and ends where the worker would wait for something to do.
class draining final : public pacing {
public:
    draining(const counter& done, std::int64_t all, bool speaks)
        : done_(done), all_(all), speaks_(speaks) {}

    bool stopping() override {
        if (speaks_ && now() >= next_word_) {
            next_word_ = now() + between_words;
            tell_bench(fmt::format("{:.0f} of {}", done_.value(), all_));
        }
        return stops_;
    }
    void wait(std::chrono::milliseconds) override { stops_ = true; }
    steady::time_point now() override { return steady::now(); }

private:
    counter done_;
    std::int64_t all_;
    bool speaks_;
    bool stops_ = false;
    steady::time_point next_word_{};
};

class bench_of_renewal {
public:
    bench_of_renewal(
        const postgres::connect_options& database,
        const plans_text& plans,
        const renewal_bench& how
    )
        : database_(database),
          how_(how),
          now_(std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now())),
          originals_(make_renewing_originals(plans.plans, now_)),
          organizations_(
              (how.organizations + renewing_originals - 1) / renewing_originals * renewing_originals
          ),
          asks_(database) {
        pqxx::nontransaction in(asks_.raw());
        schema_ = live_schema_of(in).schema;
    }

    [[nodiscard]] std::int64_t organizations() const { return organizations_; }

    void fill() {
        pass_time_to(before_renewals(now_));
        fold_originals();
        expect("next_change_at IS NOT NULL AND NOT stale", renewing_originals);
        copy_originals();
        pqxx::nontransaction in(asks_.raw());
        in.exec("VACUUM ANALYZE");
        in.exec("CHECKPOINT");
    }

    drained drain_due() {
        pass_time_to(now_);
        metrics numbers;
        const worker_metrics counters(numbers);
        log lines("bench", log_level::error, log_format::text);
        mirror_queue changed;
        heartbeat signs;
        draining pace(counters.ticks, organizations_, true);
        clock_session postgres(postgres_opener<clock_session>(place()));
        const meter used(*this);
        const auto ended = run_clock(
            postgres,
            {.pace = pace, .changed = changed, .numbers = counters, .lines = lines, .signs = signs},
            std::chrono::milliseconds{1}
        );
        const auto cost = used.stop(organizations_);
        if (ended != ending::left) {
            throw std::runtime_error("the clock gave up");
        }
        expect("stale AND next_change_at IS NULL", organizations_);
        return cost;
    }

    drained drain_day() {
        metrics numbers;
        const worker_metrics counters(numbers);
        log lines("bench", log_level::error, log_format::text);
        mirror_queue changed;
        const std::int64_t events = 3 * organizations_;
        std::deque<consumer> all;
        for (std::size_t number = 0; number < how_.consumers; ++number) {
            all.emplace_back(*this, counters.records, number);
        }
        const meter used(*this);
        std::vector<std::thread> threads;
        for (consumer& one : all) {
            threads.emplace_back([&] {
                one.ended =
                    run(one.source,
                        one.postgres,
                        {.pace = one.pace,
                         .changed = changed,
                         .numbers = counters,
                         .lines = lines,
                         .signs = one.signs});
            });
        }
        for (auto& each : threads) {
            each.join();
        }
        auto cost = used.stop(events);
        for (const consumer& one : all) {
            cost.own_seconds -= one.source.making_seconds();
            if (one.ended != ending::left) {
                throw std::runtime_error("a consumer gave up");
            }
        }
        if (counters.dead_letters.value() > 0 ||
            counters.records.value() != static_cast<double>(events)) {
            throw std::runtime_error("not every event was folded");
        }
        expect("NOT stale AND reason = 'paid'", organizations_);
        return cost;
    }

private:
    // What is used from its making on.
    class meter {
    public:
        explicit meter(bench_of_renewal& of) : of_(of), wal_(wal_so_far(of.asks_)) {}

        [[nodiscard]] drained stop(std::int64_t items) const {
            const std::chrono::duration<double> passed = steady::now() - begun_;
            const auto server = postgres_seconds(of_.asks_.raw().backendpid());
            drained cost;
            cost.items = items;
            cost.seconds = passed.count();
            cost.own_seconds = processor_seconds(::getpid()) - own_;
            if (server && server_) {
                cost.server_seconds = *server - *server_;
            }
            cost.wal_bytes = wal_so_far(of_.asks_) - wal_;
            cost.mebibytes = most_resident_mebibytes(::getpid());
            return cost;
        }

    private:
        bench_of_renewal& of_;
        std::int64_t wal_;
        std::optional<double> server_ = postgres_seconds(of_.asks_.raw().backendpid());
        double own_ = processor_seconds(::getpid());
        steady::time_point begun_ = steady::now();
    };

    // One thread of a worker's, and what is its own.
    struct consumer {
        consumer(const bench_of_renewal& of, const counter& done, std::size_t number)
            : source(
                  of.originals_,
                  {of.organizations_, of.how_.partitions, of.now_},
                  of.partitions_of(number),
                  of.how_.batch_records
              ),
              postgres(postgres_opener<consumer_session>(of.place())),
              pace(done, 3 * of.organizations_, number == 0) {}

        renewal_source source;
        consumer_session postgres;
        draining pace;
        heartbeat signs;
        ending ended = ending::gave_up;
    };

    [[nodiscard]] postgres_place place() const {
        return {.where = database_, .holder = "bench", .partitions = how_.partitions};
    }

    [[nodiscard]] std::vector<std::int32_t> partitions_of(std::size_t whose) const {
        std::vector<std::int32_t> own;
        for (auto number = static_cast<std::int32_t>(whose); number < how_.partitions;
             number += static_cast<std::int32_t>(how_.consumers)) {
            own.push_back(number);
        }
        return own;
    }

    // Of every partition: all of it is folded up to then.
    void pass_time_to(instant at) {
        postgres::connection over(database_);
        postgres_ledger books(over, how_.partitions, {});
        for (std::int32_t number = 0; number < how_.partitions; ++number) {
            const auto held = books.take_over({topics::stripe_events, number});
            if (pass_time(held, at, books).how != processed::ending::committed) {
                throw std::runtime_error("another worker folds into this database");
            }
        }
    }

    void fold_originals() {
        postgres::connection over(database_);
        postgres_ledger books(over, how_.partitions, {});
        const auto held = books.take_over({topics::stripe_events, 0});
        std::vector<raw_record> records;
        for (const auto& each : originals_) {
            for (const auto& body : each.known) {
                raw_record& one = records.emplace_back();
                one.offset = static_cast<std::int64_t>(records.size()) - 1;
                one.what.body = body;
                one.what.received_at = now_;
            }
        }
        const auto read = read_records(held.of, records);
        const auto next = static_cast<std::int64_t>(records.size());
        const auto did = process(
            {
                {held, next, {}, {}},
                read.events, read.dead
        },
            books
        );
        if (did.how != processed::ending::committed || did.dead > 0) {
            throw std::runtime_error("the first organizations could not be folded");
        }
    }

    void copy_originals() {
        pqxx::work in(asks_.raw());
        const auto text =
            "SELECT quote_ident(relname) FROM pg_class WHERE relnamespace = "
            "$1::regnamespace AND relkind = 'r'";
        std::vector<std::string> statements;
        for (const auto& row : in.exec_params(text, schema_)) {
            const auto table = schema_ + "." + row[0].as<std::string>();
            const auto kept = fmt::format("original_{}", statements.size());
            in.exec(fmt::format(
                "CREATE TEMP TABLE {} AS SELECT o::text AS whole, substring(o::text FROM "
                "'Q\\d{{7}}') AS name FROM {} o WHERE o::text ~ 'Q\\d{{7}}'",
                kept,
                table
            ));
            // A row as its text, with another name in it.
            statements.push_back(fmt::format(
                "INSERT INTO {0} SELECT (made.copy).* FROM (SELECT replace(o.whole, o.name, 'Q' || "
                "lpad((substr(o.name, 2)::bigint + {2} * n)::text, 7, '0'))::{0} AS copy FROM "
                "generate_series($1::bigint, $2) n, {1} o OFFSET 0) made",
                table,
                kept,
                renewing_originals
            ));
        }
        in.commit();
        const auto copies = organizations_ / renewing_originals - 1;
        for (std::int64_t first = 1; first <= copies; first += copies_a_statement) {
            const auto last = std::min(copies, first + copies_a_statement - 1);
            tell_bench(
                fmt::format("{} organizations of {}", last * renewing_originals, organizations_)
            );
            pqxx::work writes(asks_.raw());
            for (const auto& statement : statements) {
                writes.exec_params(statement, first, last);
            }
            writes.commit();
        }
    }

    void expect(const std::string& what, std::int64_t count) {
        pqxx::nontransaction in(asks_.raw());
        const auto found =
            in.exec1(fmt::format("SELECT count(*) FROM {}.standings WHERE {}", schema_, what))[0]
                .as<std::int64_t>();
        if (found != count) {
            throw std::runtime_error(fmt::format("{} standings are {}, not {}", found, what, count)
            );
        }
    }

    postgres::connect_options database_;
    renewal_bench how_;
    instant now_;
    std::vector<renewing_original> originals_;
    std::int64_t organizations_;
    postgres::connection asks_;
    std::string schema_;
};

}  // namespace

std::optional<renewal_costs> measure_renewal(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const renewal_bench& how
) {
    if (!migrate_for_bench(database, plans, role_passwords)) {
        return std::nullopt;
    }
    bench_of_renewal bench(database, plans, how);
    renewal_costs found;
    found.organizations = bench.organizations();
    const auto begun = steady::now();
    bench.fill();
    found.filling_seconds = std::chrono::duration<double>(steady::now() - begun).count();
    tell_bench("all standings are due");
    found.due = bench.drain_due();
    tell_bench("their renewals come");
    found.day = bench.drain_day();
    return found;
}

}  // namespace billhook
