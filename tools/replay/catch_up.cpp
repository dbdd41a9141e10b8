#include "tools/replay/catch_up.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/replay/building_session.hpp"
#include "worker/pipeline/reassess.hpp"
#include "worker/projections/offset_rows.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <algorithm>
#include <fmt/format.h>
#include <utility>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

constexpr std::size_t organizations_a_unit = 500;
constexpr unsigned tries = 10;

std::int64_t live_records(postgres::connection& over) {
    pqxx::nontransaction in(over.raw());
    const auto live = live_projection(in);
    return live ? consumed(offset_rows(in, live->name, topics::stripe_events)) : 0;
}

// Of `ends`, how much is folded; and what there was to fold.
std::pair<std::int64_t, std::int64_t> share_done(
    const std::vector<offset_row>& rows,
    const std::vector<std::int64_t>& ends
) {
    std::int64_t done = 0;
    std::int64_t total = 0;
    for (const offset_row& each : rows) {
        const auto end =
            std::max(ends.at(static_cast<std::size_t>(each.partition)), std::int64_t{0});
        total += std::max<std::int64_t>(end - each.first_offset, 0);
        done += std::max<std::int64_t>(std::min(each.next_offset, end) - each.first_offset, 0);
    }
    return {done, total};
}

bool complete_since(const std::vector<offset_row>& rows, instant since) {
    return std::ranges::all_of(rows, [&](const offset_row& each) {
        return each.complete_to && *each.complete_to > since;
    });
}

// One unit over some organizations, again on a new connection for as long as that helps.
void assess(clock_session& postgres, const stop& wish, const std::vector<organization_id>& which) {
    for (unsigned attempt = 1;; ++attempt) {
        try {
            if (!postgres.is_open()) {
                postgres.open();
            }
            const auto unit = postgres.get<ledger>().begin_tick();
            if (unit) {
                static_cast<void>(reassess(*unit, unit->lock_standings(which)));
                return;
            }
            // Not ours any more: asked again, the ledger says why.
        } catch (const std::exception& thrown) {
            const auto what = diagnose(thrown).what;
            const bool may_help =
                what == postgres::remedy::retry || what == postgres::remedy::reconnect;
            if (!may_help || attempt == tries || wish.requested()) {
                throw;
            }
            postgres.close();
            static_cast<void>(wish.wait_for(jittered(pause_after(what, attempt))));
        }
    }
}

std::vector<organization_id> organizations_after(
    postgres::connection& over,
    const projection& of,
    const std::string& last
) {
    pqxx::nontransaction in(over.raw());
    std::vector<organization_id> ids;
    for (const auto& row : in.exec_params(
             fmt::format(
                 "SELECT organization FROM {}.standings WHERE organization > $1 ORDER BY "
                 "organization LIMIT {}",
                 in.quote_name(of.schema),
                 organizations_a_unit
             ),
             last
         )) {
        ids.emplace_back(row[0].c_str());
    }
    return ids;
}

std::int64_t count_organizations(postgres::connection& over, const projection& of) {
    pqxx::nontransaction in(over.raw());
    return in.exec1(fmt::format("SELECT count(*) FROM {}.standings", in.quote_name(of.schema)))[0]
        .as<std::int64_t>();
}

}  // namespace

std::string beside_workers(const catching_up& so_far) {
    if (so_far.live_records == 0) {
        return {};
    }
    return fmt::format(
        "the workers meanwhile {:.0f}/s: {:.1f} times",
        static_cast<double>(so_far.live_records) / std::max(so_far.took.count(), 0.001),
        static_cast<double>(so_far.records) / static_cast<double>(so_far.live_records)
    );
}

catching_up catch_up(
    const replay_settings& what,
    postgres::connection& over,
    const log_now& now,
    const catching_up_watch& watch
) {
    const auto started = steady::now();
    const std::int64_t live_before = live_records(over);
    const std::int64_t before = consumed(offset_rows(over, what.projection));
    replay_threads threads(what, replay_mode::catch_up);
    catching_up so_far;
    const auto count = [&](const std::vector<offset_row>& built) {
        so_far.records = consumed(built) - before;
        so_far.live_records = live_records(over) - live_before;
        so_far.took = steady::now() - started;
    };
    auto rows = offset_rows(over, what.projection);
    while (!complete_since(rows, now.since)) {
        if (threads.are_stuck()) {
            so_far.ending = replay_ending::stuck;
            break;
        }
        if (what.wish.wait_for(100ms)) {
            so_far.ending = replay_ending::stopped;
            break;
        }
        rows = offset_rows(over, what.projection);
        const auto [done, total] = share_done(rows, now.ends);
        count(rows);
        watch(done, total, so_far);
    }
    threads.end();
    count(offset_rows(over, what.projection));
    return so_far;
}

bool assess_all(
    const replay_settings& what,
    postgres::connection& over,
    const projection& built,
    const progress_watch& watch
) {
    clock_session postgres(building_clock_opener({
        .where = {.url = what.told.database.url, .application_name = "billhook replay assess"},
        .partitions = what.partitions,
        .writes =
            {.building = built.name,
                  .plans = std::make_shared<const postgres::applied_plans>(what.plans)},
        .holder = "assess",
        .reads = {}
    }));
    const std::int64_t total = count_organizations(over, built);
    std::int64_t done = 0;
    std::string last;
    for (auto page = organizations_after(over, built, last); !page.empty();
         page = organizations_after(over, built, last)) {
        if (what.wish.requested()) {
            return false;
        }
        assess(postgres, what.wish, page);
        done += static_cast<std::int64_t>(page.size());
        watch(done, total);
        last = page.back().text();
    }
    return true;
}

}  // namespace billhook
