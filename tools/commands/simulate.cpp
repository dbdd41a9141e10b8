#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/process/arguments.hpp"
#include "schemas/io/process/clock.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/scenario_flags.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/simulation.hpp"
#include "tools/commands/webhook_target.hpp"
#include "tools/simulator/application.hpp"
#include "tools/simulator/progress.hpp"

#include <boost/system/system_error.hpp>

#include <algorithm>
#include <chrono>
#include <exception>
#include <filesystem>
#include <fmt/format.h>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <variant>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using steady = std::chrono::steady_clock;

struct simulate_flags {
    scenario_flags lives;
    simulator::disorder_settings disorder;
    std::string order = "true";
    std::string lost_older;
    std::string lost_younger;
    std::string lost_list;  // file
    std::string folder;     // of --write
    std::string url;
    std::string key;
    std::string wait = "120s";
    std::size_t connections = 8;
    double rate = 0;
    bool json = false;
    bool yes = false;
    bool compare = false;
};

void add_flags(flag_set own, simulate_flags& flags) {
    add_flags(own, flags.lives);
    own.add_option("--duplicates", flags.disorder.duplicates, "share sent again")
        .within_share(0.0, 1.0)
        .shown();
    own.add_option("--reorder", flags.disorder.reorder, "share moved a few places")
        .within_share(0.0, 1.0)
        .shown();
    own.add_option("--late", flags.disorder.late, "share sent any time later")
        .within_share(0.0, 1.0)
        .shown();
    own.add_option("--lose", flags.disorder.lost, "share of events that are never sent")
        .within_share(0.0, 1.0)
        .shown();
    own.add_option("--lose-older", flags.lost_older, "of those, only what is older than this");
    own.add_option("--lose-younger", flags.lost_younger, "only what is younger than this");
    own.add_option("--lost-list", flags.lost_list, "write what was lost into this file");
    own.add_flag("--compare", flags.compare, "send nothing, only compare: what was sent before");
    own.add_option("--order", flags.order, "true (as Stripe makes them) or shuffled")
        .one_of({"true", "shuffled"})
        .shown();
    own.add_option("--rate", flags.rate, "posts a second; 0: as fast as it goes")
        .not_negative()
        .shown();
    own.add_option(
           "--connections",
           flags.connections,
           "at once; each organization keeps to one, so that its order holds"
    )
        .within(1, 256)
        .shown();
    own.add_option("--write", flags.folder, "only write bodies and truth into this folder");
    own.add_option("--wait", flags.wait, "for everything to be folded").shown();
    own.add_option("--url", flags.url, "webhook URL (BILLHOOK_WEBHOOK_URL)");
    own.add_option("--secret", flags.key, "signing secret (STRIPE_WEBHOOK_SECRET)");
    own.add_flag("--json", flags.json, "the comparison as JSON");
    own.add_flag("--yes", flags.yes, "also on a database that tools/run did not start");
}

bool complain(const char* what, const std::string& why) {
    warn("{}: {}\n", what, why);
    return false;
}

// Takes the time once and settles what depends on it.
bool settle_times(simulate_flags& flags) {
    if (!settle(flags.lives)) {
        return false;
    }
    const instant now = system_clock().now();
    const auto older = duration_from(flags.lost_older.empty() ? "0s" : flags.lost_older);
    const auto younger = duration_from(flags.lost_younger.empty() ? "0s" : flags.lost_younger);
    if (!older || !younger) {
        return complain("--lose-older, --lose-younger", "must be durations like 30d");
    }
    if (!flags.lost_older.empty()) {
        flags.disorder.lost_to = now - *older;
    }
    if (!flags.lost_younger.empty()) {
        flags.disorder.lost_from = now - *younger;
    }
    flags.disorder.seed = flags.lives.scenario.seed;
    flags.disorder.order = flags.order == "shuffled" ? simulator::delivery_order::shuffled
                                                     : simulator::delivery_order::generated;
    return true;
}

// tools/run keeps its settings beside what it has started.
bool is_local_stack(const settings_input& from) {
    const auto config = from.environment.find("BILLHOOK_CONFIG");
    return config != from.environment.end() &&
           std::filesystem::exists(
               std::filesystem::path(config->second).parent_path() / "run/postgres.pid"
           );
}

struct simulation {
    const simulate_flags& flags;
    const catalogue& plans;
    const std::vector<simulator::organization_life>& lives;
    const std::vector<simulator::planned_delivery>& plan;
};

// Some of the application's rows are there before Stripe speaks, some come after.
void add_rows(const simulation& of, postgres::connection& database, std::size_t remainder) {
    std::vector<const simulator::organization_life*> some;
    for (std::size_t at = remainder; at < of.lives.size(); at += 2) {
        some.push_back(&of.lives[at]);
    }
    simulator::add_rows(database.raw(), some);
}

simulator::delivered deliver(const simulation& of, const webhook_target& to) {
    std::vector<simulator::post> posts;
    posts.reserve(of.plan.size());
    for (const auto& next : of.plan) {
        posts.push_back({*next.body, next.life});
    }
    simulator::courier_settings settings;
    settings.url = to.url;
    settings.key = to.key;
    settings.connections = of.flags.connections;
    settings.rate = of.flags.rate;
    simulator::progress progress("delivering");
    return simulator::deliver(posts, settings, [&](const simulator::tally& so_far) {
        const auto note = so_far.repeated == 0 ? "" : fmt::format("{} retries", so_far.repeated);
        progress.show(so_far.done, so_far.total, note);
    });
}

// The worker looks at the application's table more often than this; of whom it tells nothing by
// then, the events were lost.
constexpr auto longest_sweep = 30s;

// An organization stays `unknown` until the worker has looked at the application's table.
std::size_t unseen(const simulation& of, const simulator::shown_answers& shown) {
    std::size_t count = 0;
    for (const auto& life : of.lives) {
        const auto found = shown.find(life.organization);
        const bool known = found != shown.end() && found->second.is.reason != "unknown";
        const auto expected =
            simulator::answer_at(life.as_subject(), of.plans, of.flags.lives.scenario.end);
        count += !known && expected.reason != "unknown" ? 1 : 0;
    }
    return count;
}

// What the view shows once everything is folded and looked at, or when patience ran out.
std::optional<simulator::shown_answers> answers_when_folded(
    const simulation& of,
    postgres::connection& database,
    std::chrono::seconds patience
) {
    const auto until = steady::now() + patience;
    std::optional<simulator::shown_answers> folded_so_far;
    std::size_t waiting_before = of.lives.size() + 1;
    auto last_look = steady::now();
    simulator::progress progress("folding");
    for (auto since = database_time(database.raw());; since = database_time(database.raw())) {
        const auto left =
            std::chrono::duration_cast<std::chrono::milliseconds>(until - steady::now());
        const auto state = wait_until_folded(database.raw(), since, left, [&](const folding& now) {
            const auto folded = static_cast<std::size_t>(now.partitions - now.behind);
            progress.show(folded, static_cast<std::size_t>(now.partitions), now.text());
        });
        auto shown = simulator::read_answers(database.raw(), of.lives);
        const auto waiting = unseen(of, shown);
        if (waiting != waiting_before) {
            waiting_before = waiting;
            last_look = steady::now();
        }
        if (state.done() && (waiting == 0 || steady::now() - last_look >= longest_sweep)) {
            return shown;
        }
        if (state.done()) {
            folded_so_far = std::move(shown);
        }
        if (state.halted > 0 || steady::now() >= until) {
            warn(
                "not folded within --wait: {}, {} organizations not looked at; is a worker "
                "running?\n",
                state.text(),
                waiting
            );
            return folded_so_far;
        }
        std::this_thread::sleep_for(500ms);
    }
}

// A connection a step: the database may be restarted while lives are delivered.
void in_database(const settings& given, const std::function<void(postgres::connection&)>& step) {
    with_patience(given.startup_wait, [&] {
        postgres::connection database({.url = given.database.url, .application_name = "simulate"});
        step(database);
    });
}

exit_code compare_with_truth(const simulation& of, const settings& given) {
    const auto patience = *duration_from(of.flags.wait);
    std::optional<simulator::shown_answers> shown;
    in_database(given, [&](postgres::connection& database) {
        shown = answers_when_folded(of, database, patience);
    });
    if (!shown) {
        return exit_code::no;
    }
    const auto compared = simulator::compare(of.lives, of.plans, *shown);
    if (of.flags.json) {
        tell("{}\n", simulator::to_json(compared));
    } else {
        tell(
            "{}\n{} organizations compared, {} differ\n",
            own_lines{simulator::to_text(compared)},
            compared.compared,
            compared.differences.size()
        );
    }
    return compared.differences.empty() ? exit_code::done : exit_code::no;
}

exit_code run(const simulation& of, const webhook_target& to, const settings& given) {
    if (of.flags.compare) {
        return compare_with_truth(of, given);
    }
    in_database(given, [&](postgres::connection& database) { add_rows(of, database, 0); });
    const auto sent = deliver(of, to);
    in_database(given, [&](postgres::connection& database) { add_rows(of, database, 1); });
    warn("{} deliveries accepted, {} retries\n", sent.counts.accepted, sent.counts.repeated);
    if (sent.counts.given_up() > 0) {
        complain("delivery", refused_text(sent));
        return sent.counts.accepted == 0 ? exit_code::unreachable : exit_code::no;
    }
    return compare_with_truth(of, given);
}

exit_code simulate_with(simulate_flags& flags, const settings& given) {
    const auto input = settings_input_from(process_kind::billhook, {}, {});
    const auto plans = plans_or_problems(input, given.plans);
    if (!plans || !settle_times(flags)) {
        return exit_code::usage;
    }
    if (!duration_from(flags.wait)) {
        complain("--wait", "must be a duration like 90s or 5m");
        return exit_code::usage;
    }
    flags.lives.scenario.livemode = given.livemode;
    const auto lives = simulator::make_scenario(flags.lives.scenario, *plans);
    const auto plan = simulator::plan_deliveries(lives, flags.disorder);
    warn(
        "{} organizations over {} months, {} deliveries, ids with {}\n",
        lives.size(),
        flags.lives.scenario.months,
        plan.size(),
        flags.lives.scenario.prefix
    );
    if (!flags.lost_list.empty()) {
        write_lost(flags.lost_list, lives, plan);
    }
    if (!flags.folder.empty()) {
        write_simulation(flags.folder, lives, plan, *plans, flags.lives.scenario.end);
        return exit_code::done;
    }
    const auto to = target_or_problem(flags.url, flags.key, input.environment);
    if (!to) {
        return exit_code::usage;
    }
    if (given.database.url.empty()) {
        complain("DATABASE_URL", "is missing; simulate reads its answers from the database");
        return exit_code::usage;
    }
    if (!flags.yes && !is_local_stack(input)) {
        complain("simulate", "would fill a database that tools/run did not start: add --yes");
        return exit_code::refused;
    }
    return run({flags, *plans, lives, plan}, *to, given);
}

}  // namespace

exit_code run_simulate(arguments given) {
    simulate_flags flags;
    command_line line(
        "billhook simulate",
        "lives of organizations on a simulated Stripe, delivered with faults and compared",
        "  billhook simulate --seed 7                  200 organizations over three months\n"
        "  billhook simulate --order shuffled --late 0 the worst order, nothing missing at the "
        "end\n"
        "  billhook simulate --write lives/            only the files\n"
    );
    add_flags(line.flags(), flags);
    const auto read = line.read(std::move(given), {});
    if (const auto* code = std::get_if<exit_code>(&read)) {
        return *code;
    }
    try {
        return simulate_with(flags, std::get<settings>(read));
    } catch (const boost::system::system_error& failure) {
        complain("--url", failure.code().message());
        return exit_code::unreachable;
    } catch (const std::filesystem::filesystem_error& failure) {
        complain("--write", failure.path1().string() + ": " + failure.code().message());
        return exit_code::usage;
    } catch (const std::ios_base::failure&) {
        complain("--write", "a file could not be written");
        return exit_code::usage;
    }
}

}  // namespace billhook
