#include "tools/commands/bench_history.hpp"

#include "schemas/io/postgres/migrations.hpp"
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
constexpr std::int64_t step = 10;  // seconds between the facts of a subscription

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
        fmt::print(stderr, "{}\n", line);
    }
}

// A tenant whose seats are synchronised all the time.
class tenant {
public:
    explicit tenant(const std::string& name)
        : customer_("cus_" + name), subscription_("sub_" + name), organization_("org_" + name) {}

    // At `step` seconds from one to the next; `late` lies between two.
    received seats(std::int64_t number, std::int64_t late = 0) const {
        stripe::subscription_fact fact;
        fact.id = subscription_;
        fact.event = event_id{fmt::format("evt_{}_{}_{}", subscription_.text(), number, late)};
        fact.created = from_unix_seconds(1'700'000'000 + number * step + late);
        fact.api_version = "2026-09-30.endive";
        fact.within_second =
            number == 0 && late == 0 ? stripe::place::first : stripe::place::middle;
        fact.state.status = "active";
        fact.state.customer = customer_;
        fact.state.organization = organization_;
        fact.state.created = from_unix_seconds(1'700'000'000);
        fact.state.latest_invoice = invoice_id{"in_" + subscription_.text()};
        fact.state.items = {item(1 + number % 97)};
        if (fact.within_second == stripe::place::middle) {
            fact.replaced.items = {item(1 + (number - 1) % 97)};
        }
        stripe::event event;
        event.id = fact.event;
        event.type = "customer.subscription.updated";
        event.object = subscription_.text();
        event.customer = customer_;
        event.created = fact.created;
        event.api_version = fact.api_version;
        event.livemode = false;
        event.said = std::move(fact);
        return {
            {"stripe.events", 0, 0},
            from_unix_seconds(1'800'000'000), endpoint_mode::test, event
        };
    }

private:
    static stripe::subscription_item item(std::int64_t quantity) {
        return {"price_seat", "prod_seat", "basic_monthly", quantity, {}, {}};
    }
    customer_id customer_;
    subscription_id subscription_;
    organization_id organization_;
};

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

    // What the tenant tells, in this order.
    double all(const tenant& who, std::span<const std::int64_t> numbers) {
        double sum = 0;
        while (!numbers.empty()) {
            std::vector<received> events;
            for (const auto number : numbers.first(std::min(largest_batch, numbers.size()))) {
                events.push_back(who.seats(number));
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

std::vector<history_costs::size> measure_sizes(folding& fold, std::int64_t largest) {
    const tenant busy("busy");
    std::vector<history_costs::size> sizes;
    std::int64_t known = 0;
    for (std::int64_t facts = 10; facts <= largest; facts *= 10) {
        tell(fmt::format("a history of {} facts", facts));
        fold.all(busy, numbers_from(known, facts));
        known = facts;
        const tenant fresh(fmt::format("fresh{}", facts));
        fold.all(fresh, numbers_from(0, 10));
        fold.analyze();
        std::vector<double> of_fresh;
        std::vector<double> of_busy;
        std::vector<double> of_late;
        for (int round = 0; round < rounds; ++round) {
            of_fresh.push_back(fold.one(fresh.seats(10 + round)));
            of_busy.push_back(fold.one(busy.seats(known++)));
            of_late.push_back(fold.one(busy.seats(facts / 2, 1 + round % (step - 1) + round * step))
            );
        }
        sizes.push_back(
            {facts, median(of_fresh), median(of_busy), median(of_late), resident_mebibytes()}
        );
    }
    return sizes;
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
    found.sizes = measure_sizes(fold, how.largest);
    found.bulk.facts = how.largest;
    found.bulk.batch = static_cast<std::int64_t>(largest_batch);
    const auto each = 1000 / static_cast<double>(how.largest);
    tell(fmt::format("{} facts in order", how.largest));
    found.bulk.ordered = each * fold.all(tenant("ordered"), numbers_from(0, how.largest));
    tell(fmt::format("{} facts in any order", how.largest));
    auto shuffled = numbers_from(0, how.largest);
    std::ranges::shuffle(shuffled, std::mt19937{1});
    found.bulk.shuffled = each * fold.all(tenant("shuffled"), shuffled);
    return found;
}

}  // namespace billhook
