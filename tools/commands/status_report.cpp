#include "tools/commands/status_report.hpp"

#include "schemas/io/kafka/handles.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/types/text.hpp"
#include "tools/commands/text_table.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

#include <chrono>
#include <fmt/format.h>
#include <fmt/ranges.h>

namespace billhook {

namespace {

using namespace std::chrono_literals;
using snapshot = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

std::optional<instant> moment(const pqxx::field& micros) {
    return micros.is_null()
               ? std::nullopt
               : std::optional{instant{std::chrono::microseconds{micros.as<std::int64_t>()}}};
}

std::int64_t number(snapshot& in, const std::string& query) {
    return in.exec1(query)[0].as<std::int64_t>();
}

void read_partitions(snapshot& in, status_report& report) {
    const auto rows = in.exec_params(
        "SELECT o.partition, o.first_offset, o.next_offset,"
        " (extract(epoch FROM o.complete_to) * 1000000)::bigint,"
        " (extract(epoch FROM o.halted) * 1000000)::bigint, l.holder"
        " FROM billhook.offsets o LEFT JOIN billhook.leases l"
        " ON l.name = o.topic || '/' || o.partition AND l.until > now()"
        " WHERE o.projection = $1 AND o.topic = $2 ORDER BY o.partition",
        report.projection,
        topics::stripe_events
    );
    std::optional<instant> least;
    bool all_complete = !rows.empty();
    for (const auto& row : rows) {
        partition_status one;
        one.partition = row[0].as<std::int32_t>();
        one.first_offset = row[1].as<std::int64_t>();
        one.next_offset = row[2].as<std::int64_t>();
        one.complete_to = moment(row[3]);
        one.halted = moment(row[4]);
        if (!row[5].is_null()) {
            one.holder = row[5].as<std::string>();
        }
        all_complete = all_complete && one.complete_to;
        if (one.complete_to && (!least || *one.complete_to < *least)) {
            least = one.complete_to;
        }
        report.consumed += one.next_offset - one.first_offset;
        report.partitions.push_back(std::move(one));
    }
    report.horizon = all_complete ? *least : instant{};
}

// A customer whose metadata, latest Checkout session and latest mapping record do not agree.
std::string conflicts(const std::string& schema) {
    return fmt::format(
        "SELECT count(*) FROM (SELECT id FROM ("
        "SELECT id, metadata_organization AS organization FROM {0}.customers"
        " UNION SELECT * FROM (SELECT DISTINCT ON (customer) customer,"
        " organization FROM {0}.checkout_sessions"
        " WHERE mode = 'subscription' AND completed AND organization IS NOT NULL"
        " ORDER BY customer, created DESC, id DESC) sessions"
        " UNION SELECT * FROM (SELECT DISTINCT ON (customer) customer, organization"
        " FROM {0}.mappings WHERE subscription IS NULL ORDER BY customer, created DESC, event "
        "DESC) records) claims"
        " WHERE id IS NOT NULL AND organization IS NOT NULL"
        " GROUP BY id HAVING count(DISTINCT organization) > 1) conflicting",
        schema
    );
}

void read_counts(snapshot& in, const std::string& schema, status_report& report) {
    for (const char* word :
         {"applied", "stale", "ignored", "other_mode", "other_account", "mode_mismatch"}) {
        report.journal[word] = 0;
    }
    for (const auto& row : in.exec(
             "SELECT outcome, count(*), sum(deliveries)::bigint FROM " + schema +
             ".events GROUP BY outcome"
         )) {
        report.journal[row[0].as<std::string>()] = row[1].as<std::int64_t>();
        report.deliveries += row[2].as<std::int64_t>();
    }
    report.due = in.exec_params1(
                       "SELECT count(*) FROM " + schema +
                           ".standings WHERE next_change_at <= to_timestamp($1::float8 / 1000000)",
                       report.horizon.time_since_epoch().count()
    )[0]
                     .as<std::int64_t>();
    report.dead_letters =
        in.exec_params1(
              "SELECT count(*) FROM billhook.dead_letters WHERE projection = $1", report.projection
        )[0]
            .as<std::int64_t>();
    report.ambiguous = number(
        in,
        fmt::format(
            "SELECT (SELECT count(*) FROM {0}.subscriptions WHERE ambiguous) + "
            "(SELECT count(*) FROM {0}.invoices WHERE ambiguous) + "
            "(SELECT count(*) FROM {0}.customers WHERE ambiguous)",
            schema
        )
    );
    report.unmapped = number(in, "SELECT count(*) FROM billing.unmapped_customers");
    report.conflicting_claims = number(in, conflicts(schema));
    report.unlisted = number(
        in,
        fmt::format(
            "SELECT count(*) FROM {}.standings WHERE cardinality(unlisted_prices) > 0", schema
        )
    );
    for (const auto& row : in.exec(fmt::format(
             "SELECT DISTINCT price FROM {}.standings, unnest(unlisted_prices) AS price "
             "ORDER BY price LIMIT 100",
             schema
         ))) {
        report.unlisted_prices.push_back(row[0].as<std::string>());
    }
}

void read_outbox(snapshot& in, status_report& report) {
    const auto row = in.exec1(
        "SELECT count(*), (extract(epoch FROM min(created_at)) * 1000000)::bigint,"
        " (SELECT l.holder FROM billhook.leases l WHERE l.name = 'relay' AND l.until > now())"
        " FROM billhook.outbox"
    );
    report.outbox = row[0].as<std::int64_t>();
    report.outbox_since = moment(row[1]);
    if (!row[2].is_null()) {
        report.relay = row[2].as<std::string>();
    }
}

std::string text_of(const std::optional<instant>& at) {
    return at ? to_rfc3339(*at) : "-";
}

}  // namespace

std::optional<std::int64_t> status_report::lag() const {
    std::int64_t all = 0;
    for (const auto& one : partitions) {
        if (!one.end) {
            return std::nullopt;
        }
        all += one.lag();
    }
    return all;
}

std::string status_report::json() const {
    const auto text = [](const std::optional<instant>& at) {
        return at ? std::optional{to_rfc3339(*at)} : std::nullopt;
    };
    billhook::json::writer out;
    out.begin_object().key("partitions").begin_array();
    for (const auto& one : partitions) {
        out.begin_object()
            .member("partition", one.partition)
            .member("next_offset", one.next_offset)
            .member("end", one.end)
            .member("lag", one.end ? std::optional{one.lag()} : std::nullopt)
            .member("complete_to", text(one.complete_to))
            .member("halted", text(one.halted))
            .member("holder", one.holder)
            .end_object();
    }
    out.end_array()
        .member("lag", lag())
        .member("horizon", to_rfc3339(horizon))
        .member("due", due)
        .member("consumed", consumed)
        .member("deliveries", deliveries)
        .key("journal")
        .begin_object();
    for (const char* word :
         {"applied", "stale", "ignored", "other_mode", "other_account", "mode_mismatch"}) {
        out.member(word, journal.at(word));
    }
    out.end_object()
        .member("dead_letters", dead_letters)
        .member("ambiguous", ambiguous)
        .member("unmapped", unmapped)
        .member("conflicting_claims", conflicting_claims)
        .member("unlisted", unlisted)
        .key("unlisted_prices")
        .begin_array();
    for (const auto& price : unlisted_prices) {
        out.add(price);
    }
    return out.end_array()
        .member("outbox", outbox)
        .member("outbox_since", text(outbox_since))
        .member("relay", relay)
        .end_object()
        .take();
}

std::string status_report::text() const {
    text_table rows({"partition", "next", "end", "lag", "complete to", "halted", "holder"});
    for (const auto& one : partitions) {
        rows.add(
            {std::to_string(one.partition),
             std::to_string(one.next_offset),
             one.end ? std::to_string(*one.end) : "?",
             one.end ? std::to_string(one.lag()) : "?",
             text_of(one.complete_to),
             text_of(one.halted),
             one.holder.value_or("-")}
        );
    }
    auto text = rows.text();
    text += fmt::format(
        "\n{} records consumed = {} deliveries + {} dead letters; lag {}\n"
        "horizon {}; {} standings due\n",
        consumed,
        deliveries,
        dead_letters,
        lag() ? std::to_string(*lag()) : "?",
        to_rfc3339(horizon),
        due
    );
    for (const auto& [word, count] : journal) {
        text += fmt::format("{} {}  ", count, word);
    }
    return text + fmt::format(
                      "\n{} ambiguous objects; {} unmapped customers; {} conflicting claims\n"
                      "{} organizations pay prices that plans.toml does not list{}{}\n"
                      "{} messages in the outbox, the first since {}; relay {}\n",
                      ambiguous,
                      unmapped,
                      conflicting_claims,
                      unlisted,
                      unlisted_prices.empty() ? "" : ": ",
                      harmless(fmt::format("{}", fmt::join(unlisted_prices, ", "))),
                      outbox,
                      text_of(outbox_since),
                      harmless(relay.value_or("-"))
                  );
}

std::optional<status_report> read_status(pqxx::connection& in, kafka::inspector& log) {
    status_report report;
    {
        snapshot reads(in);
        const auto live =
            reads.exec("SELECT name, schema FROM billhook.projections WHERE role = 'live'");
        if (live.empty()) {
            return std::nullopt;
        }
        report.projection = live[0][0].as<std::string>();
        read_partitions(reads, report);
        read_counts(reads, reads.quote_name(live[0][1].as<std::string>()), report);
        read_outbox(reads, report);
    }
    try {
        for (auto& one : report.partitions) {
            one.end = log.end_of(topics::stripe_events, one.partition, 2s);
        }
    } catch (const kafka::failure&) {
        // What the database says is worth showing without the log.
    }
    return report;
}

}  // namespace billhook
