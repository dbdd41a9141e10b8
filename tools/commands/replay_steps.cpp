#include "tools/commands/replay_steps.hpp"

#include "schemas/io/kafka/admin.hpp"
#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/printing.hpp"
#include "tools/replay/freeze.hpp"
#include "tools/simulator/progress.hpp"
#include "worker/projections/building.hpp"

#include <pqxx/nontransaction>

#include <algorithm>
#include <thread>
#include <utility>

namespace billhook {

namespace {

using namespace std::chrono_literals;

std::vector<kafka::watermarks> ends_of(const settings& told, std::int32_t partitions) {
    kafka::inspector log(kafka::client_settings_from(told.kafka));
    std::vector<kafka::watermarks> all;
    for (std::int32_t number = 0; number < partitions; ++number) {
        all.push_back(log.watermarks_of(topics::stripe_events, number, 10s));
    }
    return all;
}

progress_watch drawn(simulator::progress& on) {
    return [&on](std::int64_t done, std::int64_t total) {
        on.show(static_cast<std::size_t>(done), static_cast<std::size_t>(total));
    };
}

bool is_known(postgres::connection& database, const std::string& name) {
    pqxx::nontransaction in(database.raw());
    return find_projection(in, name).has_value();
}

// What the live projection folded of a log that is no more: a rebase moves `first_offset` below 0
// by as much.
std::int64_t folded_of_earlier_logs(postgres::connection& database) {
    pqxx::nontransaction in(database.raw());
    return in
        .exec1(
            "SELECT coalesce(sum(-least(o.first_offset, 0)), 0)::bigint FROM billhook.offsets o "
            "JOIN billhook.projections p ON p.name = o.projection WHERE p.role = 'live'"
        )[0]
        .as<std::int64_t>();
}

postgres::applied_plans plans_for(
    postgres::connection& database,
    const std::optional<plans_text>& given
) {
    if (given) {
        return {.version = 0, .applied_at = {}, .text = *given};
    }
    pqxx::nontransaction in(database.raw());
    return postgres::plans_in_force(in);
}

}  // namespace

replay_steps::replay_steps(replay_request what)
    : database_({.url = what.told.database.url, .application_name = "billhook replay"}),
      how_{
          what.told,
          plans_for(database_, what.plans),
          what.wish,
          std::move(what.projection),
          0,
          what.jobs} {}

std::int32_t replay_steps::partitions_of_log() {
    kafka::admin cluster(kafka::client_settings_from(how_.told.kafka));
    const auto found = cluster.describe(topics::stripe_events, 10s);
    return found ? found->partitions : 0;
}

exit_code replay_steps::take_up(
    bool from_earliest,
    const std::optional<std::set<std::string>>& accounts
) {
    how_.partitions = partitions_of_log();
    if (how_.partitions == 0) {
        warn("Kafka has no topic stripe.events: run billhook migrate\n");
        return exit_code::refused;
    }
    const auto partitions = static_cast<std::size_t>(how_.partitions);
    const std::size_t processors = std::max(1U, std::thread::hardware_concurrency());
    how_.jobs = std::clamp(how_.jobs == 0 ? processors : how_.jobs, std::size_t{1}, partitions);
    std::vector<std::int64_t> starts;
    std::int64_t missing = 0;
    for (const auto& each : ends_of(how_.told, how_.partitions)) {
        starts.push_back(each.low);
        missing += each.low;
    }
    missing += folded_of_earlier_logs(database_);
    if (missing > 0 && !from_earliest && !is_known(database_, how_.projection)) {
        warn(
            "the first {} records of stripe.events are gone: a replay would lack what they said. "
            "--from-earliest builds\nfrom what is left; see retention in billhook doctor.\n",
            missing
        );
        return exit_code::refused;
    }
    auto taken =
        take_up_building(database_, how_.projection, topics::stripe_events, starts, accounts);
    if (taken.has_error()) {
        warn("{}\n", to_text(taken.error(), how_.projection));
        const bool usage = taken.error() == projection_refusal::bad_name;
        return usage ? exit_code::usage : exit_code::refused;
    }
    built_ = *std::move(taken);
    return exit_code::done;
}

exit_code replay_steps::go_on_with() {
    if (!is_known(database_, how_.projection)) {
        warn("{}\n", to_text(projection_refusal::unknown, how_.projection));
        return exit_code::refused;
    }
    return take_up(true);
}

exit_code replay_steps::stuck() {
    warn(
        "a partition stands still, or the database refused what no retry mends: see `billhook "
        "offsets show --projection\n{0}` and `billhook dead-letters list --projection {0}`\n",
        how_.projection
    );
    return exit_code::refused;
}

catching_up replay_steps::catch_up_and_assess() {
    log_now now{.since = database_time(database_.raw()), .ends = {}};
    for (const auto& each : ends_of(how_.told, how_.partitions)) {
        now.ends.push_back(each.high);
    }
    catching_up folded;
    {
        simulator::progress bar("folding");
        folded = catch_up(
            how_,
            database_,
            now,
            [&](std::int64_t done, std::int64_t total, const catching_up& so_far) {
                bar.show(
                    static_cast<std::size_t>(done),
                    static_cast<std::size_t>(total),
                    beside_workers(so_far)
                );
            }
        );
    }
    if (folded.ending == replay_ending::stuck) {
        code_ = stuck();
        return folded;
    }
    bool all = folded.ending == replay_ending::done;
    if (all) {
        simulator::progress bar("assessing");
        all = assess_all(how_, database_, built_, [&](std::int64_t done, std::int64_t total) {
            assessed_ = done;
            drawn(bar)(done, total);
        });
    }
    if (!all) {
        warn("stopped; the same command goes on from here\n");
        code_ = exit_code::no;
    }
    return folded;
}

exit_code replay_steps::compare(comparing what, comparison& found) {
    warn("waiting until the workers have folded as much\n");
    const auto frozen = freeze(how_, database_, 60s);
    if (frozen.has_error()) {
        switch (frozen.error()) {
            case freeze_refusal::live_is_behind:
                warn("they did not within a minute: see billhook status\n");
                return exit_code::refused;
            case freeze_refusal::not_equal:
                warn("too much comes in to come up with them; try again\n");
                return exit_code::refused;
            case freeze_refusal::stuck:
                return stuck();
            case freeze_refusal::stopped:
                return exit_code::refused;
        }
    }
    constexpr std::size_t rows_a_table = 50;
    found.live = frozen->live->of().name;
    found.built = built_.name;
    if (what == comparing::everything) {
        auto& in = frozen->live->in();
        const auto& live = frozen->live->of();
        found.same_fold = live.fold_version == built_.fold_version;
        found.rows = compare_rows(in, live.schema, built_.schema, rows_a_table);
        if (!found.same_fold) {
            std::erase_if(found.rows, [](const row_difference& each) {
                return each.table != "events" || !each.what.starts_with("only in");
            });
        }
        found.balance_of_live = balance_of(in, live.name, live.schema);
        found.balance_of_built = balance_of(in, built_.name, built_.schema);
    }
    simulator::progress bar("comparing");
    const compared_watch watch = [&](std::int64_t organizations) {
        found.organizations = organizations;
        const auto total = std::max(assessed_, organizations);
        drawn(bar)(organizations, total);
    };
    found.standings =
        what == comparing::everything && found.same_fold
            ? compare_standings(*frozen->live, *frozen->built, how_.plans.text.plans, watch)
            : changes_by_promote(*frozen->live, *frozen->built, how_.plans.text.plans, watch);
    return exit_code::done;
}

}  // namespace billhook
