#include "tools/commands/bench_folding.hpp"

#include "schemas/io/postgres/migrations.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/pipeline/process.hpp"

#include <pqxx/nontransaction>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <stdexcept>
#include <unistd.h>

namespace billhook {

namespace {

using steady = std::chrono::steady_clock;

double milliseconds_since(steady::time_point start) {
    return std::chrono::duration<double, std::milli>(steady::now() - start).count();
}

}  // namespace

bool migrate_for_bench(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords
) {
    {
        postgres::connection look(database);
        if (!pqxx::nontransaction(look.raw())
                 .exec("SELECT FROM pg_namespace WHERE nspname = 'billhook'")
                 .empty()) {
            return false;
        }
    }
    const auto report = postgres::migrate(
        database,
        plans,
        {.livemode = false,
         .fold_version = fold_version,
         .with_organizations = true,
         .role_passwords = role_passwords}
    );
    if (report.ending != postgres::migration_ending::done) {
        throw std::runtime_error("the database could not be migrated");
    }
    // As the worker's role has it (deploy/postgres/roles.sql), for all connections to come.
    postgres::connection owner(database);
    pqxx::nontransaction in(owner.raw());
    const auto name = in.quote_name(owner.raw().dbname());
    for (const char* const setting :
         {"enable_seqscan = off", "jit = off", "plan_cache_mode = force_generic_plan"}) {
        in.exec(fmt::format("ALTER DATABASE {} SET {}", name, setting));
    }
    return true;
}

bench_folding::bench_folding(const postgres::connect_options& database)
    : connection_(database),
      books_(connection_, 1, {}),
      held_(books_.take_over({"stripe.events", 0})) {}

double bench_folding::batch(std::span<received> events) {
    for (auto& one : events) {
        one.at.offset = held_.next_offset++;
    }
    claim from = held_;
    from.next_offset -= static_cast<std::int64_t>(events.size());
    const auto start = steady::now();
    const auto did = process(
        {
            {from, held_.next_offset, {}, {}},
            events, {}
    },
        books_
    );
    if (did.how != processed::ending::committed) {
        throw std::runtime_error("another worker folds into this database");
    }
    return milliseconds_since(start);
}

void bench_folding::begin(const bench_tenant& who) {
    auto first = who.beginning();
    if (!first.empty()) {
        batch(first);
    }
}

double bench_folding::all(const bench_tenant& who, std::span<const std::int64_t> numbers) {
    double sum = 0;
    while (!numbers.empty()) {
        std::vector<received> events;
        for (const auto number : numbers.first(std::min(largest_batch, numbers.size()))) {
            events.push_back(who.next(number));
        }
        numbers = numbers.subspan(events.size());
        sum += batch(events);
    }
    return sum;
}

void bench_folding::analyze() {
    pqxx::nontransaction(connection_.raw()).exec("ANALYZE");
}

std::int64_t wal_so_far(postgres::connection& in) {
    pqxx::nontransaction asks(in.raw());
    return asks.exec1("SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::bigint")[0]
        .as<std::int64_t>();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

void tell_bench(const std::string& line) {
    if (isatty(STDERR_FILENO) != 0) {
        warn("{}\n", line);
    }
}

}  // namespace billhook
