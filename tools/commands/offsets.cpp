#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/topics.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/pipeline/log_check.hpp"
#include "worker/projections/offset_rows.hpp"

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;

struct offset_flags {
    std::string projection;  // empty: the live one
    std::vector<std::int32_t> partitions;
    std::string to = "earliest";
    bool yes = false;
    bool json = false;
    act_flags act;
};

// A partition: how far it was read, and the log as it is now.
struct looked_at {
    offset_row row;
    log_look log;
};

std::vector<looked_at> look(
    postgres::connection& database,
    kafka::inspector& log,
    const std::string& projection
) {
    std::vector<looked_at> all;
    {
        pqxx::nontransaction in(database.raw());
        for (auto& each : offset_rows(in, projection, topics::stripe_events)) {
            all.push_back({std::move(each), {}});
        }
    }
    for (looked_at& each : all) {
        const partition which{topics::stripe_events, each.row.partition};
        each.log = look_at_log(log, which, each.row.next_offset, each.row.fingerprint, 10s);
    }
    return all;
}

std::string detected(const looked_at& what) {
    switch (what.log.state) {
        case log_state::continues:
            return what.row.halted ? "halted by too many dead letters" : "goes on";
        case log_state::begins_later:
            return fmt::format(
                "{} records were never read and are gone", what.log.ends.low - what.row.next_offset
            );
        case log_state::ends_earlier:
            return fmt::format(
                "truncated or recreated: ends {} records before what was read",
                what.row.next_offset - what.log.ends.high
            );
        case log_state::is_another:
            return fmt::format("recreated: another record at {}", what.row.next_offset - 1);
    }
    return {};
}

exit_code show(const std::vector<looked_at>& all, bool as_json) {
    bool goes_on = true;
    text_table rows({"partition", "next", "log from", "log to", "what was detected"});
    json::writer out;
    out.begin_array();
    for (const looked_at& each : all) {
        goes_on = goes_on && each.log.state == log_state::continues && !each.row.halted;
        rows.add(
            {std::to_string(each.row.partition),
             std::to_string(each.row.next_offset),
             std::to_string(each.log.ends.low),
             std::to_string(each.log.ends.high),
             detected(each)}
        );
        out.begin_object()
            .member("partition", each.row.partition)
            .member("next_offset", each.row.next_offset)
            .member("epoch", each.row.epoch)
            .member("log_from", each.log.ends.low)
            .member("log_to", each.log.ends.high)
            .member("state", to_word(each.log.state))
            .member("halted", each.row.halted.has_value())
            .end_object();
    }
    out.end_array();
    tell("{}", own_lines{as_json ? out.take() + "\n" : rows.text()});
    return goes_on ? exit_code::done : exit_code::no;
}

std::optional<std::int64_t> target_of(const std::string& to, const kafka::watermarks& ends) {
    if (to == "earliest") {
        return ends.low;
    }
    if (to == "end") {
        return ends.high;
    }
    std::int64_t offset = 0;
    const auto parsed = std::from_chars(to.data(), to.data() + to.size(), offset);
    const bool whole = parsed.ec == std::errc{} && parsed.ptr == to.data() + to.size();
    return whole && offset >= ends.low && offset <= ends.high ? std::optional{offset}
                                                              : std::nullopt;
}

// What the move means: which records are read (again), which never.
std::string plan_text(const looked_at& what, std::int64_t to) {
    const bool same_log = what.log.state == log_state::continues;
    auto text = fmt::format(
        "partition {}: next {} -> {}; {} records are read",
        what.row.partition,
        what.row.next_offset,
        to,
        what.log.ends.high - to
    );
    if (same_log && to < what.row.next_offset) {
        text += fmt::format(", {} of them again", what.row.next_offset - to);
    }
    const auto skipped_from = same_log ? what.row.next_offset : what.log.ends.low;
    if (to > skipped_from) {
        text += fmt::format(", {} never", to - skipped_from);
    }
    if (what.log.state == log_state::begins_later) {
        text += fmt::format(", {} are gone", what.log.ends.low - what.row.next_offset);
    }
    return text;
}

bool is_wanted(const looked_at& what, const offset_flags& flags) {
    if (flags.partitions.empty()) {
        return what.log.state != log_state::continues;
    }
    return std::ranges::find(flags.partitions, what.row.partition) != flags.partitions.end();
}

exit_code rebase(
    postgres::connection& database,
    kafka::inspector& log,
    const std::string& projection,
    const std::vector<looked_at>& all,
    const offset_flags& flags
) {
    struct move {
        const looked_at* what;
        std::int64_t to;
    };
    std::vector<move> moves;
    for (const looked_at& each : all) {
        if (!is_wanted(each, flags)) {
            continue;
        }
        const auto to = target_of(flags.to, each.log.ends);
        if (!to) {
            warn(
                "--to: earliest, end, or an offset of partition {}'s log: {} to {}\n",
                each.row.partition,
                each.log.ends.low,
                each.log.ends.high
            );
            return exit_code::usage;
        }
        moves.push_back({&each, *to});
        tell("{}\n", plan_text(each, *to));
    }
    if (moves.empty()) {
        tell("every partition's log goes on where it was read; --partition names others\n");
        return exit_code::done;
    }
    if (!flags.yes) {
        warn("nothing was changed; --yes does it\n");
        return exit_code::refused;
    }
    for (const auto& [what, to] : moves) {
        const partition which{topics::stripe_events, what->row.partition};
        std::optional<std::string> fingerprint;
        if (to > what->log.ends.low) {
            fingerprint = fingerprint_at(log, which, to - 1, 10s);
        }
        pqxx::work in(database.raw());
        if (!move_offset(in, projection, which.topic, what->row, to, fingerprint)) {
            warn(
                "partition {} was moved meanwhile; look again with billhook offsets show\n",
                which.number
            );
            return exit_code::refused;
        }
        record_act(
            in,
            "offsets_rebase",
            fmt::format(
                "{} partition {} from {} to {}", projection, which.number, what->row.next_offset, to
            ),
            acting_of(flags.act)
        );
        in.commit();
    }
    tell("done; workers read on within seconds\n");
    return exit_code::done;
}

}  // namespace

exit_code run_offsets(arguments given) {
    command_line line(
        "billhook offsets",
        "How far each partition was read, and whether its log is still the one that was read. A\n"
        "partition whose log is another one stands still until it is rebased: nothing is skipped\n"
        "by itself.",
        "  billhook offsets show             exit 1 if a partition stands still\n"
        "  billhook offsets rebase           what reading the new log from its beginning means\n"
        "  billhook offsets rebase --yes     do it: what was folded stays, doubles are harmless\n"
        "  billhook offsets rebase --partition 3 --to 1200 --yes\n"
    );
    offset_flags flags;
    line.flags().fall_through();
    auto show_command = line.flags().add_subcommand("show", "each partition and its log");
    show_command.add_flag("--json", flags.json, "one JSON array");
    auto rebase_command = line.flags().add_subcommand("rebase", "read on from somewhere else");
    rebase_command.add_option(
        "--partition", flags.partitions, "which; default: those whose log is another one"
    );
    rebase_command.add_option("--to", flags.to, "earliest, end, or an offset of the log").shown();
    rebase_command.add_flag("--yes", flags.yes, "do it");
    add_act_flags(rebase_command, flags.act, false);
    line.flags().add_option("--projection", flags.projection, "of this one; default: the live one");
    line.flags().require_subcommand();
    const auto told = line.read(std::move(given), {"database.url", "kafka.brokers"});
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    if (!check_act(flags.act, false)) {
        return exit_code::usage;
    }
    const auto& all = std::get<settings>(told);
    postgres::connection database({all.database.url, "billhook offsets"});
    std::string projection = flags.projection;
    if (projection.empty()) {
        pqxx::nontransaction in(database.raw());
        const auto live = live_projection(in);
        projection = live ? live->name : "";
    }
    kafka::inspector log(kafka::client_settings_from(all.kafka));
    const auto looked = look(database, log, projection);
    if (looked.empty()) {
        warn("nothing was read yet: see billhook projections list\n");
        return exit_code::no;
    }
    return show_command.parsed() ? show(looked, flags.json)
                                 : rebase(database, log, projection, looked, flags);
}

}  // namespace billhook
