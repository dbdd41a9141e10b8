#include "schemas/io/process/plans_file.hpp"
#include "schemas/json/writer.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/comparison.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/replay_steps.hpp"
#include "tools/commands/session.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <string>

namespace billhook {

namespace {

constexpr const char* about_replay =
    "Builds a second projection from the first record of the log on, beside the live one,\n"
    "which workers go on with. It sends no notice and writes nothing but that projection. A\n"
    "replay that was killed goes on where it was; one that was done takes in what came since.\n"
    "Exit codes: 0 done; 1 stopped, or --verify found differences; 2 usage; 3 Postgres or\n"
    "Kafka is out of reach; 4 refused, for the reason on standard error.";

struct replay_flags {
    std::string into;
    std::string plans;
    std::string accounts;
    std::size_t jobs = 0;
    bool from_earliest = false;
    bool verify = false;
    bool json = false;
};

std::string rates_text(const catching_up& folded) {
    const double seconds = std::max(folded.took.count(), 0.001);
    const std::string beside = beside_workers(folded);
    return fmt::format(
        "{} records folded in {:.1f} s, {:.0f}/s{}{}",
        folded.records,
        folded.took.count(),
        static_cast<double>(folded.records) / seconds,
        beside.empty() ? "" : "; ",
        beside
    );
}

void put(json::writer& out, const projection& built, const catching_up& folded) {
    const double seconds = std::max(folded.took.count(), 0.001);
    out.member("projection", built.name)
        .member("schema", built.schema)
        .member("records", folded.records)
        .member("milliseconds", static_cast<std::int64_t>(seconds * 1000))
        .member(
            "records_per_second",
            static_cast<std::int64_t>(static_cast<double>(folded.records) / seconds)
        )
        .member("live_records", folded.live_records);
}

void add_flags(command_line& line, replay_flags& flags) {
    line.flags().add_option("--into", flags.into, "the projection's name").required();
    line.flags().add_option(
        "--jobs",
        flags.jobs,
        "threads that read, each some of the partitions; without it as many as processors"
    );
    line.flags().add_flag(
        "--from-earliest",
        flags.from_earliest,
        "also where the log's first records are gone: the replay then lacks what they said"
    );
    line.flags().add_flag(
        "--verify",
        flags.verify,
        "then compare it with the live one, row by row; exit 1 if anything differs"
    );
    line.flags().add_option(
        "--with-plans", flags.plans, "assess by these plans, not by those in force"
    );
    line.flags().add_option(
        "--accounts",
        flags.accounts,
        "connected accounts that a new projection folds, too, with commas; without it the live "
        "one's"
    );
    line.flags().add_flag("--json", flags.json, "the outcome as one JSON object");
}

}  // namespace

exit_code run_replay(arguments given) {
    command_line line(
        "billhook replay",
        about_replay,
        "  billhook replay --into second               everything\n"
        "  billhook replay --into second --verify      and compare: does the log give what "
        "workers\n"
        "                                              made of it?\n"
        "  billhook replay --into second --with-plans new.toml\n"
        "                                              assessed by other plans\n"
    );
    replay_flags flags;
    add_flags(line, flags);
    const auto told = line.read(std::move(given), {"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    const auto plans = flags.plans.empty() ? std::nullopt : read_plans_file(flags.plans);
    if (!flags.plans.empty() && !plans) {
        return exit_code::usage;
    }
    const stop wish;
    replay_steps work({all, plans, wish, flags.into, flags.jobs});
    const auto code = work.take_up(
        flags.from_earliest,
        flags.accounts.empty() ? std::nullopt : std::optional(accounts_from(flags.accounts))
    );
    if (code != exit_code::done) {
        return code;
    }
    const auto folded = work.catch_up_and_assess();
    if (work.code() != exit_code::done) {
        return work.code();
    }
    if (!flags.json) {
        tell(
            "{} ({}): {}; {} organizations assessed\n",
            work.built().name,
            work.built().schema,
            rates_text(folded),
            work.assessed()
        );
    }
    comparison found;
    exit_code ended = exit_code::done;
    if (flags.verify) {
        ended = work.compare(comparing::everything, found);
        if (ended == exit_code::done && !found.is_equal()) {
            ended = exit_code::no;
        }
    }
    if (flags.json) {
        json::writer out;
        out.begin_object();
        put(out, work.built(), folded);
        if (flags.verify) {
            found.put(out);
        }
        out.end_object();
        tell("{}\n", out.take());
    } else if (flags.verify && ended != exit_code::refused) {
        tell("{}", own_lines{found.text()});
    }
    return ended;
}

}  // namespace billhook
