#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/inspector.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/io/postgres/connection.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/stripe/redact.hpp"
#include "schemas/types/assert.hpp"
#include "tools/commands/command_line.hpp"
#include "tools/commands/folded.hpp"
#include "tools/commands/operator_act.hpp"
#include "tools/commands/printing.hpp"
#include "tools/commands/session.hpp"
#include "tools/commands/text_table.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/projections/building.hpp"
#include "worker/projections/dead_letter_desk.hpp"

#include <pqxx/nontransaction>
#include <pqxx/transaction>

#include <algorithm>
#include <charconv>
#include <chrono>
#include <fmt/format.h>
#include <iostream>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

namespace {

using namespace std::chrono_literals;

struct letter_flags {
    std::vector<std::string> ids;  // PARTITION/OFFSET
    std::string id;
    std::string projection;  // empty: the live one
    std::string of;          // a reason; empty: any
    act_flags act;
    std::string wait = "60s";
    std::optional<std::int32_t> partition;
    std::size_t limit = 50;
    bool all = false;
    bool raw = false;
    bool json = false;
};

// What a subcommand works with.
struct desk {
    const settings& told;
    const letter_flags& flags;
    postgres::connection& database;
    std::string projection;
};

std::string id_of(const dead_letter& what) {
    return fmt::format("{}/{}", what.at.partition, what.at.offset);
}

std::optional<record_position> position_from(const std::string& id) {
    record_position at{.topic = topics::stripe_events};
    const char* const end = id.data() + id.size();
    const auto first = std::from_chars(id.data(), end, at.partition);
    if (first.ec != std::errc{} || first.ptr == end || *first.ptr != '/') {
        return std::nullopt;
    }
    const auto second = std::from_chars(first.ptr + 1, end, at.offset);
    return second.ec == std::errc{} && second.ptr == end ? std::optional{at} : std::nullopt;
}

std::optional<dead_letter> find(const desk& at, const std::string& id) {
    const auto position = position_from(id);
    std::optional<dead_letter> found;
    if (position) {
        pqxx::nontransaction in(at.database.raw());
        found = find_dead_letter(in, at.projection, *position);
    }
    if (!found) {
        warn("{}: no dead letter is PARTITION/OFFSET; see billhook dead-letters list\n", id);
    }
    return found;
}

void put(json::writer& out, const dead_letter& what) {
    out.begin_object()
        .member("id", id_of(what))
        .member("reason", what.reason)
        .member("event_id", what.event_id)
        .member("first_seen", to_rfc3339(what.first_seen))
        .member("last_died", to_rfc3339(what.last_died))
        .member("count", what.copies)
        .member(
            "resolved_at",
            what.resolved_at ? std::optional{to_rfc3339(*what.resolved_at)} : std::nullopt
        )
        .member("resolution", what.resolution)
        .member("note", what.note)
        .key("body")
        .add_raw(stripe::redact(what.body))
        .end_object();
}

exit_code list(const desk& at) {
    std::vector<dead_letter> all;
    std::map<std::string, std::int64_t> open;
    {
        pqxx::nontransaction in(at.database.raw());
        all = dead_letters(
            in,
            at.projection,
            {.with_settled = at.flags.all, .reason = at.flags.of, .limit = at.flags.limit}
        );
        open = open_by_reason(in, at.projection);
    }
    if (at.flags.json) {
        json::writer out;
        out.begin_array();
        for (const dead_letter& each : all) {
            put(out, each);
        }
        out.end_array();
        tell("{}\n", out.take());
        return exit_code::done;
    }
    text_table rows({"id", "reason", "event", "first seen", "count", "state"});
    for (const dead_letter& each : all) {
        rows.add(
            {id_of(each),
             each.reason,
             each.event_id.value_or("-"),
             to_rfc3339(each.first_seen),
             std::to_string(each.copies),
             each.resolved_at ? each.resolution : "open"}
        );
    }
    tell("{}", own_lines{rows.empty() ? "no dead letters\n" : rows.text()});
    for (const auto& [reason, count] : open) {
        tell("{} open: {}\n", reason, count);
    }
    return exit_code::done;
}

exit_code show(const desk& at) {
    const auto found = find(at, at.flags.id);
    if (!found) {
        return exit_code::no;
    }
    if (at.flags.raw) {
        std::cout.write(found->body.data(), static_cast<std::streamsize>(found->body.size()));
        return exit_code::done;
    }
    if (at.flags.json) {
        json::writer out;
        put(out, *found);
        tell("{}\n", out.take());
        return exit_code::done;
    }
    const auto line = [](const char* name, const std::string& value) {
        tell("{:<12} {}\n", name, value.empty() ? "-" : value);
    };
    line("id", id_of(*found));
    line("reason", found->reason);
    line("event", found->event_id.value_or(""));
    line("first seen", to_rfc3339(found->first_seen));
    line("last died", to_rfc3339(found->last_died));
    line("count", std::to_string(found->copies));
    line("state", found->resolved_at ? found->resolution : "open");
    line("resolved at", found->resolved_at ? to_rfc3339(*found->resolved_at) : "");
    line("note", found->note);
    line("bytes", std::to_string(found->body.size()));
    line("body", stripe::redact(found->body));
    return exit_code::done;
}

// The record as it lies in the log, key and headers too; nothing, and said, if it does not.
std::optional<message> record_of(kafka::inspector& log, const dead_letter& what) {
    const auto record = log.fetch(
        {.topic = what.at.topic, .partition = what.at.partition, .offset = what.at.offset}, 10s
    );
    if (!record || record->value() != what.body) {
        warn("{}: its record is gone from the log; billhook backfill asks Stripe\n", id_of(what));
        return std::nullopt;
    }
    return message{
        what.at.topic, std::string(record->key()), std::string(record->value()), record->headers()};
}

// Those that are named, or all that are open. Nothing: one is not there.
std::optional<std::vector<dead_letter>> chosen(const desk& at) {
    if (at.flags.all) {
        pqxx::nontransaction in(at.database.raw());
        return dead_letters(in, at.projection, {.reason = at.flags.of, .limit = at.flags.limit});
    }
    std::vector<dead_letter> all;
    for (const std::string& each : at.flags.ids) {
        auto found = find(at, each);
        if (!found) {
            return std::nullopt;
        }
        all.push_back(*std::move(found));
    }
    return all;
}

// Sent again, they are consumed once more: folded, or dead once more.
exit_code settle_sent(const desk& at, const std::vector<dead_letter>& sent, instant since) {
    std::size_t settled = 0;
    for (const dead_letter& each : sent) {
        pqxx::work in(at.database.raw());
        if (died_again(in, at.projection, each, since)) {
            tell("{}: {} again\n", id_of(each), each.reason);
            continue;
        }
        static_cast<void>(settle_dead_letter(in, at.projection, each, "retried", ""));
        in.commit();
        tell("{}: folded\n", id_of(each));
        ++settled;
    }
    return settled == sent.size() ? exit_code::done : exit_code::no;
}

exit_code retry(const desk& at) {
    const auto patience = duration_from(at.flags.wait);
    if (!patience || (at.flags.ids.empty() && !at.flags.all)) {
        warn("retry needs ids or --all, and --wait a duration like 90s\n");
        return exit_code::usage;
    }
    const auto letters = chosen(at);
    if (!letters) {
        return exit_code::no;
    }
    const instant since = database_time(at.database.raw());
    kafka::inspector log(kafka::client_settings_from(at.told.kafka));
    std::vector<message> messages;
    std::vector<dead_letter> sent;
    for (const dead_letter& each : *letters) {
        if (auto record = record_of(log, each)) {
            messages.push_back(*std::move(record));
            sent.push_back(each);
        }
    }
    kafka::kafka_publisher into(kafka::producer_settings_from(at.told.kafka));
    for (const delivery each : into.publish(messages)) {
        if (each != delivery::persisted) {
            warn("Kafka did not take every record; those it took are folded. Try again.\n");
            return exit_code::unreachable;
        }
    }
    const auto state = wait_until_folded(
        at.database.raw(), database_time(at.database.raw()), *patience, [](const folding&) {}
    );
    if (state.behind > 0) {
        warn("sent, but not all is folded yet: {}; later retry once more\n", state.text());
        return exit_code::no;
    }
    const exit_code code = settle_sent(at, sent, since);
    return sent.size() == letters->size() ? code : exit_code::no;
}

exit_code discard(const desk& at) {
    if (!check_act(at.flags.act)) {
        return exit_code::usage;
    }
    const auto letters = chosen(at);
    if (!letters) {
        return exit_code::no;
    }
    for (const dead_letter& each : *letters) {
        pqxx::work in(at.database.raw());
        const auto open =
            settle_dead_letter(in, at.projection, each, "discarded", at.flags.act.reason);
        if (open > 0) {
            const std::string subject = at.projection + " " + id_of(each);
            record_act(in, "dead_letter_discard", subject, acting_of(at.flags.act));
        }
        in.commit();
        tell("{}: {}\n", id_of(each), open > 0 ? "discarded" : "was settled before, and stays so");
    }
    return exit_code::done;
}

exit_code resume(const desk& at) {
    pqxx::work in(at.database.raw());
    const auto resumed = resume_halted(in, at.projection, at.flags.partition);
    in.commit();
    for (const std::int32_t each : resumed) {
        tell("partition {} goes on within seconds\n", each);
    }
    if (resumed.empty()) {
        tell("no partition is halted\n");
    }
    return exit_code::done;
}

using work = exit_code (*)(const desk& at);

struct subcommand {
    flag_set flags;
    work does;
};

// The subcommands, each with its flags.
std::vector<subcommand> add_subcommands(flag_set own, letter_flags& flags) {
    own.fall_through();
    std::vector<subcommand> all;
    const auto add = [&](const char* name, const char* purpose, work does) {
        all.push_back({own.add_subcommand(name, purpose), does});
        return all.back().flags;
    };
    const auto add_of = [&](flag_set to) {
        to.add_option("--of", flags.of, "only those that died of this reason");
    };
    const auto add_ids = [&](flag_set to) {
        to.add_option("ids", flags.ids, "PARTITION/OFFSET, as list has them");
        to.add_flag("--all", flags.all, "all that are open, up to --limit");
        add_of(to);
        to.add_option("--limit", flags.limit, "at most so many").shown();
    };
    auto lists = add("list", "records with the same bytes are one line", list);
    lists.add_flag("--all", flags.all, "settled ones, too");
    add_of(lists);
    lists.add_flag("--json", flags.json, "one JSON array, with what may be shown of the bodies");
    lists.add_option("--limit", flags.limit, "at most so many, the oldest first").shown();
    auto shows = add("show", "one, and what may be shown of its body", show);
    shows.add_option("id", flags.id, "PARTITION/OFFSET").required();
    shows.add_flag("--json", flags.json, "one JSON object");
    shows.add_flag("--raw", flags.raw, "only the body, byte for byte");
    auto retries = add("retry", "sends the records again and looks what becomes of them", retry);
    add_ids(retries);
    retries.add_option("--wait", flags.wait, "for them to be folded").shown();
    auto discards = add("discard", "settles them as never to be folded", discard);
    add_ids(discards);
    add_act_flags(discards, flags.act);
    auto resumes = add("resume", "lets partitions go on that too many dead letters halted", resume);
    resumes.add_option("--partition", flags.partition, "only this one");
    own.add_option("--projection", flags.projection, "of this one; default: the live one");
    own.require_subcommand();
    return all;
}

}  // namespace

exit_code run_dead_letters(arguments given) {
    command_line line(
        "billhook dead-letters",
        "Records that could not be folded. Each keeps its row for ever; what is settled says how.",
        "  billhook dead-letters list               what is open\n"
        "  billhook dead-letters show 3/1234        one of them, redacted; --raw: its bytes, "
        "which\n"
        "                                           hold personal data and capability links\n"
        "  billhook dead-letters retry --all        after a program was mended\n"
        "  billhook dead-letters discard --all --of not_json --reason 'sent by a test'\n"
        "  billhook dead-letters discard 3/1234 --reason 'sent by a test'\n"
        "  billhook dead-letters resume             after too many halted a partition\n"
    );
    letter_flags flags;
    const auto all_works = add_subcommands(line.flags(), flags);
    if (const auto done = line.parse(std::move(given))) {
        return *done;
    }
    const auto chosen =
        std::ranges::find_if(all_works, [](const subcommand& each) { return each.flags.parsed(); });
    BILLHOOK_ASSERT(chosen != all_works.end());  // CLI11 required one
    const work does = chosen->does;
    const auto told = line.read_settings(
        does == &retry ? std::vector<std::string_view>{"database.url", "kafka.brokers"}
                       : std::vector<std::string_view>{"database.url"}
    );
    if (const auto* code = std::get_if<exit_code>(&told)) {
        return *code;
    }
    const auto& all = std::get<settings>(told);
    postgres::connection database({all.database.url, "billhook dead-letters"});
    desk at{all, flags, database, flags.projection};
    {
        pqxx::nontransaction in(database.raw());
        const auto live = live_projection(in);
        const bool of_another =
            !flags.projection.empty() && (!live || live->name != flags.projection);
        if (does == &retry && of_another) {
            warn("retry is of the live projection: workers fold what is sent again\n");
            return exit_code::usage;
        }
        if (of_another && !find_projection(in, flags.projection)) {
            warn("{}\n", to_text(projection_refusal::unknown, flags.projection));
            return exit_code::no;
        }
        if (flags.projection.empty()) {
            at.projection = live ? live->name : "";
        }
    }
    return does(at);
}

}  // namespace billhook
