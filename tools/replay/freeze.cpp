#include "tools/replay/freeze.hpp"

#include "schemas/messages/topics.hpp"
#include "worker/projections/offset_rows.hpp"

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <map>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

// Below the workers' lock_timeout: they wait, and nothing fails.
constexpr auto longest_hold = 4s;
constexpr int holds = 5;

using positions = std::map<std::int32_t, std::int64_t>;

positions next_offsets(const std::vector<offset_row>& rows) {
    positions all;
    for (const offset_row& each : rows) {
        all[each.partition] = each.next_offset;
    }
    return all;
}

std::string live_name(postgres::connection& over) {
    pqxx::nontransaction in(over.raw());
    return some_live_projection(in).name;
}

// Nothing is folded past `ends` from now on; whoever folds now is fenced off.
void stop_at(postgres::connection& over, const std::string& projection, const positions& ends) {
    pqxx::work in(over.raw());
    for (const auto& [partition, end] : ends) {
        in.exec_params0(
            "UPDATE billhook.offsets SET stop_at = $4, epoch = epoch + 1 WHERE projection = $1 AND "
            "topic = $2 AND partition = $3",
            projection,
            topics::stripe_events,
            partition,
            end
        );
    }
    in.commit();
}

bool has_passed(const positions& one, const positions& other) {
    return std::ranges::all_of(other, [&](const auto& position) {
        const auto at = one.find(position.first);
        return at != one.end() && at->second >= position.second;
    });
}

// Where `at` is not yet as far.
positions lacking(const positions& at, const positions& wanted) {
    positions all;
    for (const auto& position : wanted) {
        const auto found = at.find(position.first);
        if (found == at.end() || found->second < position.second) {
            all.insert(position);
        }
    }
    return all;
}

enum class reached : std::uint8_t { equal, too_late, stuck };

// Folds on to the offsets that are held, each partition that lacks something by a thread of its
// own: beginning to read takes longer than what there is to read. The threads are left to the
// caller: to end them takes longer than workers should wait.
reached reach(
    const replay_settings& what,
    postgres::connection& over,
    const positions& held,
    std::unique_ptr<replay_threads>& threads
) {
    const auto until = steady::now() + longest_hold;
    stop_at(over, what.projection, held);
    const positions ends = lacking(next_offsets(offset_rows(over, what.projection)), held);
    if (ends.empty()) {
        return reached::equal;
    }
    replay_settings wide = what;
    wide.jobs = ends.size();
    threads = std::make_unique<replay_threads>(wide, replay_mode::follow, ends);
    while (steady::now() < until && !what.wish.wait_for(20ms)) {
        if (next_offsets(offset_rows(over, what.projection)) == held) {
            return reached::equal;
        }
        if (threads->are_stuck()) {
            return reached::stuck;
        }
    }
    return reached::too_late;
}

// The workers go on meanwhile; the next hold has less to wait for.
bool come_as_far(
    const replay_settings& what,
    postgres::connection& over,
    const positions& wanted,
    const replay_threads& threads
) {
    while (!has_passed(next_offsets(offset_rows(over, what.projection)), wanted)) {
        if (threads.are_stuck() || what.wish.wait_for(20ms)) {
            return false;
        }
    }
    return true;
}

equal_snapshots look(const replay_settings& what, const std::string& live) {
    const auto connect = [&] {
        return std::make_unique<postgres::connection>(postgres::connect_options{
            .url = what.told.database.url, .application_name = "billhook compare"});
    };
    equal_snapshots both;
    both.over_live = connect();
    both.over_built = connect();
    both.live = std::make_unique<snapshot_reader>(*both.over_live, live);
    both.built = std::make_unique<snapshot_reader>(*both.over_built, *both.live, what.projection);
    return both;
}

}  // namespace

result<equal_snapshots, freeze_refusal> freeze(
    const replay_settings& what,
    postgres::connection& over,
    std::chrono::seconds patience
) {
    const std::string live = live_name(over);
    const positions frozen = next_offsets(offset_rows(over, what.projection));
    stop_at(over, what.projection, frozen);
    const auto until = steady::now() + patience;
    while (!has_passed(next_offsets(offset_rows(over, live)), frozen)) {
        if (steady::now() >= until) {
            return freeze_refusal::live_is_behind;
        }
        if (what.wish.wait_for(100ms)) {
            return freeze_refusal::stopped;
        }
    }
    postgres::connection holder({.url = what.told.database.url, .application_name = "billhook hold"}
    );
    for (int turn = 0; turn < holds; ++turn) {
        std::unique_ptr<replay_threads> threads;  // ended after the workers were let go
        positions wanted;
        {
            pqxx::work held(holder.raw());
            held.exec("SET LOCAL lock_timeout = '2s'");
            wanted = next_offsets(offset_rows(held, live, topics::stripe_events, true));
            switch (reach(what, over, wanted, threads)) {
                case reached::equal:
                    return look(what, live);
                case reached::stuck:
                    return freeze_refusal::stuck;
                case reached::too_late:
                    break;
            }
        }
        if (!come_as_far(what, over, wanted, *threads)) {
            return what.wish.requested() ? freeze_refusal::stopped : freeze_refusal::stuck;
        }
    }
    return freeze_refusal::not_equal;
}

}  // namespace billhook
