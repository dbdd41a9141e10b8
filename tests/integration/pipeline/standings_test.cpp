// I11 with a real broker and a real database: no snapshot ever shows a standing that its facts, as
// committed, do not explain.
#include "schemas/types/assert.hpp"
#include "tests/builders/life.hpp"
#include "tests/integration/pipeline/running_workers.hpp"
#include "tests/simulation/scenario.hpp"
#include "tools/simulator/disorder.hpp"
#include "worker/domain/assess.hpp"
#include "worker/ledger/standing_rows.hpp"
#include "worker/pipeline/sweep.hpp"

#include <doctest/doctest.h>
#include <pqxx/transaction>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <fmt/format.h>
#include <future>
#include <random>
#include <set>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t lives_told = 150;
constexpr std::size_t tenants = 12;
constexpr std::size_t at_once = 60;  // messages of one publish

organization_id tenant(std::size_t number) {
    return organization_id{fmt::format("tenant_{}", number % tenants)};
}

// As if those customers had all been of few organizations: then an organization's facts come in by
// several partitions at once, and several workers want to say where it stands.
std::string retold(std::string body, const std::string& from, const std::string& to) {
    for (auto at = body.find(from); at != std::string::npos; at = body.find(from, at + to.size())) {
        body.replace(at, from.size(), to);
    }
    return body;
}

// Customers move between organizations, too: the one that loses a subscription must not keep it.
std::vector<message> moves_of(const std::vector<simulator::organization_life>& lives) {
    std::vector<message> moves;
    for (std::size_t life = 0; life < lives.size(); ++life) {
        if (!lives[life].stripe || life % 2 != 0) {
            continue;
        }
        for (const auto& [customer, told] : lives[life].stripe->told().customers) {
            for (std::size_t move = 0; move < 3; ++move) {
                mapping what;
                what.organization = tenant(life + move);
                what.customer = customer_id{customer};
                what.created = from_unix_seconds(1'767'225'600 + static_cast<std::int64_t>(move));
                what.id = link_id(what.organization, what.customer, what.created);
                moves.push_back(message_of(what));
            }
        }
    }
    return moves;
}

// Everything that is published, in an order that has little to do with the order of events.
std::vector<message> disordered(std::uint64_t seed) {
    const auto now = std::chrono::system_clock::now();
    const auto lives = simulator::make_scenario(
        {.organizations = lives_told,
         .months = 2,
         .seed = seed,
         .end = from_unix_seconds(std::chrono::system_clock::to_time_t(now)),
         .prefix = "i11"},
        builders::example_plans()
    );
    const auto plan = simulator::plan_deliveries(
        lives,
        {.seed = seed,
         .order = simulator::delivery_order::shuffled,
         .duplicates = 0.3,
         .reorder = 0,
         .late = 0}
    );
    std::vector<message> all = moves_of(lives);
    for (const auto& each : plan) {
        const std::string& organization = lives[each.life].organization.text();
        const record said =
            simulation::published(retold(*each.body, organization, tenant(each.life).text()));
        all.push_back(
            {.topic = {}, .key = said.key, .value = said.body, .headers = headers_of(said)}
        );
    }
    std::ranges::shuffle(all, std::mt19937_64{seed});
    return all;
}

// Looks at committed state the way anybody may: in a snapshot, without a lock.
class onlooker {
public:
    explicit onlooker(builders::database& state)
        : connection_(state.as_owner()), schema_(live_schema(state)) {}

    // The organizations whose standing is not what their facts say at its own `as_of`; one without
    // a standing at all is such.
    std::set<std::string> unexplained(const catalogue& plans) {
        pqxx::transaction<pqxx::repeatable_read, pqxx::read_only> in(connection_.raw());
        std::vector<organization_id> all;
        for (const auto& row : in.exec(fmt::format(
                 "SELECT organization FROM {0}.standings UNION SELECT organization FROM "
                 "{0}.subscriptions WHERE organization IS NOT NULL UNION SELECT organization FROM "
                 "{0}.customers WHERE organization IS NOT NULL UNION SELECT organization FROM "
                 "{0}.mappings ORDER BY 1",
                 schema_
             ))) {
            all.emplace_back(row[0].c_str());
        }
        seen = all.size();
        std::set<std::string> wrong;
        // At 1970 each is assessed at its stored `as_of`, which is never earlier.
        for (const standing& each :
             assess_each(load_organizations({in, schema_}, all), plans, instant{}).standings) {
            wrong.insert(each.organization.text());
        }
        return wrong;
    }

    std::size_t seen = 0;  // organizations in the last snapshot

private:
    postgres::connection connection_;
    std::string schema_;
};

// A partition whose owner lags behind by months and catches up slowly. The horizon waits for it, so
// that time passes while facts come in, and the clock is at work all along.
class lagging_partition {
public:
    lagging_partition(builders::database& state, const builders::topic& log)
        : state_(state), name_(log.name()) {
        state_.rows(fmt::format(
            "INSERT INTO billhook.leases (name, holder, until) VALUES ('{}/0', 'lagging', "
            "'infinity')",
            name_
        ));
    }
    // `share` of the way from 70 days ago to now.
    void catch_up(double share) {
        state_.rows(fmt::format(
            "UPDATE billhook.offsets SET complete_to = greatest(complete_to, clock_timestamp() - "
            "{} * interval '70 days') WHERE topic = '{}' AND partition = 0",
            1 - share,
            name_
        ));
    }
    void leave_to_others() {
        state_.rows("UPDATE billhook.leases SET until = '-infinity' WHERE holder = 'lagging'");
    }

private:
    builders::database& state_;
    std::string name_;
};

// Takes leases from their holders and connections from everybody, as crashes and pauses do.
void disturb(builders::database& state, std::mt19937_64& random) {
    if (random() % 4 == 0) {
        state.rows(
            "UPDATE billhook.leases SET until = '-infinity', holder = '' WHERE name NOT LIKE "
            "'worker/%' AND holder <> 'lagging' AND random() < 0.3"
        );
    }
    if (random() % 16 == 0) {
        state.rows(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = "
            "current_database() AND usename = 'billhook_worker' ORDER BY random() LIMIT 1"
        );
    }
}

// Publishes it all on a thread of its own, and counts.
std::future<void> tell(
    const builders::topic& log,
    const std::vector<message>& all,
    std::atomic<std::size_t>& told
) {
    return std::async(std::launch::async, [&] {
        for (std::size_t first = 0; first < all.size(); first += at_once) {
            const auto begin = all.begin() + static_cast<std::ptrdiff_t>(first);
            const std::size_t count = std::min(at_once, all.size() - first);
            log.publish({begin, begin + static_cast<std::ptrdiff_t>(count)});
            told += count;
        }
    });
}

// Everybody worked, the clock too, and was disturbed.
void check_effort(const running_workers& workers) {
    for (const double batches : workers.batches()) {
        CHECK(batches > 0);
    }
    CHECK(workers.ticks() > 0);
    CHECK(workers.retries() > 0);
    MESSAGE(
        workers.ticks(),
        " ticks, ",
        workers.retries(),
        " failures, ",
        workers.lost_claims(),
        " lost claims"
    );
}

}  // namespace

TEST_CASE("I11: every snapshot explains every standing while five workers fold") {
    builders::database state;
    const builders::topic log(12);
    if (!state.usable() || !log.usable()) {
        return;
    }
    state.migrate();
    const std::uint64_t seed = std::random_device{}();
    CAPTURE(seed);
    const std::vector<message> all = disordered(seed);
    const catalogue plans = builders::example_plans();
    onlooker looks(state);
    std::mt19937_64 random{seed};
    lagging_partition lags(state, log);

    running_workers workers(
        state,
        log,
        {.workers = 5, .batch_records = 12, .linger = 5ms, .lease = 1000ms, .clock = 50ms}
    );
    REQUIRE(eventually(workers, 60s, [&] {
        return state.ask("SELECT count(complete_to) FROM billhook.offsets") == "11";
    }));
    std::atomic<std::size_t> told{0};
    auto telling = tell(log, all, told);
    std::size_t snapshots = 0;
    std::set<std::string> wrong;
    while (telling.wait_for(0s) == std::future_status::timeout && wrong.empty()) {
        wrong = looks.unexplained(plans);
        ++snapshots;
        disturb(state, random);
        lags.catch_up(static_cast<double>(told) / static_cast<double>(all.size()));
    }
    telling.get();
    lags.leave_to_others();
    const bool all_folded = folded(state, log, workers, 60s);
    CAPTURE(workers.log_text());
    REQUIRE(all_folded);
    CHECK(wrong == std::set<std::string>{});
    CHECK(looks.unexplained(plans) == std::set<std::string>{});
    CHECK(looks.seen >= tenants);
    CHECK(
        state.ask("SELECT sum(deliveries) FROM " + live_schema(state) + ".events") ==
        std::to_string(all.size())
    );

    CHECK(snapshots > 50);
    MESSAGE(all.size(), " records, ", snapshots, " snapshots");
    check_effort(workers);
}

}  // namespace billhook::testing
