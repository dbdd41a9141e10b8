#include "tools/commands/bench_history.hpp"

#include "schemas/io/postgres/migrations.hpp"
#include "tools/commands/printing.hpp"
#include "worker/ledger/fold_version.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/pipeline/process.hpp"

#include <pqxx/nontransaction>

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <sys/resource.h>
#include <unistd.h>

namespace billhook {

namespace {

using clock = std::chrono::steady_clock;

constexpr std::size_t largest_batch = 1000;
constexpr int rounds = 21;
constexpr std::int64_t most_of_others = 1000;  // more of these nobody has

double milliseconds_since(clock::time_point start) {
    return std::chrono::duration<double, std::milli>(clock::now() - start).count();
}

double median(std::vector<double> values) {
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::ranges::nth_element(values, middle);
    return *middle;
}

std::int64_t resident_mebibytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
}

void tell(const std::string& line) {
    if (isatty(STDERR_FILENO) != 0) {
        warn("{}\n", line);
    }
}

// Folds batches as a worker does.
class folding {
public:
    explicit folding(const postgres::connect_options& database)
        : connection_(database),
          books_(connection_, 1, {}),
          held_(books_.take_over({"stripe.events", 0})) {}

    double batch(std::span<received> events) {
        for (auto& one : events) {
            one.at.offset = held_.next_offset++;
        }
        claim from = held_;
        from.next_offset -= static_cast<std::int64_t>(events.size());
        const auto start = clock::now();
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
    double one(received event) { return batch({&event, 1}); }
    void begin(const bench_tenant& who) {
        auto first = who.beginning();
        if (!first.empty()) {
            batch(first);
        }
    }

    // What the tenant tells, in this order.
    double all(const bench_tenant& who, std::span<const std::int64_t> numbers) {
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

    // As the server does by itself after so many new rows.
    void analyze() { pqxx::nontransaction(connection_.raw()).exec("ANALYZE"); }

private:
    postgres::connection connection_;
    postgres_ledger books_;
    claim held_;
};

std::vector<std::int64_t> numbers_from(std::int64_t first, std::int64_t end) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(std::max<std::int64_t>(end - first, 0)));
    std::iota(all.begin(), all.end(), first);
    return all;
}

// One thing's history, ten times as long each time.
void measure_sizes(folding& fold, history_of what, std::int64_t largest, history_costs& found) {
    const bench_tenant busy(what, "busy");
    fold.begin(busy);
    std::int64_t known = 0;
    for (std::int64_t facts = 10; facts <= largest; facts *= 10) {
        tell(fmt::format("{}: {} of one tenant", to_word(what), facts));
        fold.all(busy, numbers_from(known, facts));
        known = facts;
        const bench_tenant fresh(what, fmt::format("fresh{}", facts));
        fold.begin(fresh);
        fold.all(fresh, numbers_from(0, 10));
        fold.analyze();
        std::vector<double> of_fresh;
        std::vector<double> of_busy;
        std::vector<double> of_late;
        for (int round = 0; round < rounds; ++round) {
            const auto late = 1 + round % (bench_tenant::seconds_between - 1);
            of_fresh.push_back(fold.one(fresh.next(10 + round)));
            of_busy.push_back(fold.one(busy.next(known++)));
            of_late.push_back(
                fold.one(busy.next(facts / 2, late + round * bench_tenant::seconds_between))
            );
        }
        found.sizes.push_back(
            {what, facts, median(of_fresh), median(of_busy), median(of_late), resident_mebibytes()}
        );
    }
}

}  // namespace

std::optional<history_costs> measure_history(
    const postgres::connect_options& database,
    const plans_text& plans,
    const std::map<std::string, secret>& role_passwords,
    const history_bench& how
) {
    {
        postgres::connection look(database);
        if (!pqxx::nontransaction(look.raw())
                 .exec("SELECT FROM pg_namespace WHERE nspname = 'billhook'")
                 .empty()) {
            return std::nullopt;
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
    folding fold(database);
    history_costs found;
    const auto sizes_of = [&](history_of what, std::int64_t largest) {
        measure_sizes(fold, what, std::min(largest, how.largest), found);
    };
    sizes_of(history_of::seats, how.largest);
    sizes_of(history_of::customer, how.largest);
    sizes_of(history_of::invoices, most_of_others);
    sizes_of(history_of::refusals, most_of_others);
    sizes_of(history_of::subscriptions, most_of_others);
    sizes_of(history_of::customers, most_of_others);
    found.bulk.facts = how.largest;
    found.bulk.batch = static_cast<std::int64_t>(largest_batch);
    const auto each = 1000 / static_cast<double>(how.largest);
    tell(fmt::format("{} facts in order", how.largest));
    auto numbers = numbers_from(0, how.largest);
    found.bulk.ordered = each * fold.all({history_of::seats, "ordered"}, numbers);
    tell(fmt::format("{} facts in any order", how.largest));
    std::ranges::shuffle(numbers, std::mt19937{1});
    found.bulk.shuffled = each * fold.all({history_of::seats, "shuffled"}, numbers);
    return found;
}

}  // namespace billhook
