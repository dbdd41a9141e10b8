#include "tools/commands/bench_history.hpp"

#include "tools/commands/bench_folding.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>
#include <random>
#include <sys/resource.h>

namespace billhook {

namespace {

constexpr int history_rounds = 21;
constexpr std::int64_t most_of_others = 1000;  // more of these nobody has

std::int64_t resident_mebibytes() {
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return used.ru_maxrss / 1024;
}

std::vector<std::int64_t> numbers_from(std::int64_t first, std::int64_t end) {
    std::vector<std::int64_t> all(static_cast<std::size_t>(std::max<std::int64_t>(end - first, 0)));
    std::iota(all.begin(), all.end(), first);
    return all;
}

// One thing's history, ten times as long each time.
void measure_sizes(
    bench_folding& fold,
    history_of what,
    std::int64_t largest,
    history_costs& found
) {
    const bench_tenant busy(what, "busy");
    fold.begin(busy);
    std::int64_t known = 0;
    for (std::int64_t facts = 10; facts <= largest; facts *= 10) {
        tell_bench(fmt::format("{}: {} of one tenant", to_word(what), facts));
        fold.all(busy, numbers_from(known, facts));
        known = facts;
        const bench_tenant fresh(what, fmt::format("fresh{}", facts));
        fold.begin(fresh);
        fold.all(fresh, numbers_from(0, 10));
        fold.analyze();
        std::vector<double> of_fresh;
        std::vector<double> of_busy;
        std::vector<double> of_late;
        for (int round = 0; round < history_rounds; ++round) {
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
    if (!migrate_for_bench(database, plans, role_passwords)) {
        return std::nullopt;
    }
    bench_folding fold(database);
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
    found.bulk.batch = static_cast<std::int64_t>(bench_folding::largest_batch);
    const auto each = 1000 / static_cast<double>(how.largest);
    tell_bench(fmt::format("{} facts in order", how.largest));
    auto numbers = numbers_from(0, how.largest);
    found.bulk.ordered = each * fold.all({history_of::seats, "ordered"}, numbers);
    tell_bench(fmt::format("{} facts in any order", how.largest));
    std::ranges::shuffle(numbers, std::mt19937{1});
    found.bulk.shuffled = each * fold.all({history_of::seats, "shuffled"}, numbers);
    return found;
}

}  // namespace billhook
