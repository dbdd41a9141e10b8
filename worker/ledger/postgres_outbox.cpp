#include "worker/ledger/postgres_outbox.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/types/assert.hpp"
#include "worker/ledger/leases.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction>

#include <utility>

namespace billhook {

namespace {

// Who finds the lease in another's hands only reads, so that many may look often. What is taken is
// judged by clock_timestamp(): a statement that waited for the row must not use an older time.
constexpr statement<2> held_elsewhere{
    "relay elsewhere",
    "SELECT FROM billhook.leases WHERE name = $1::text AND holder <> $2::text AND until > "
    "clock_timestamp()"};
constexpr statement<1> make_lease{
    "relay make",
    "INSERT INTO billhook.leases (name, holder, until) VALUES ($1::text, '', '-infinity') ON "
    "CONFLICT DO NOTHING"};
constexpr statement<3> hold_lease{
    "relay hold",
    "WITH before AS (SELECT l.name, l.holder FROM billhook.leases l WHERE l.name = $1::text "
    "AND (l.holder = $2::text OR l.until <= clock_timestamp()) FOR UPDATE SKIP LOCKED) UPDATE "
    "billhook.leases l SET holder = $2::text, until = clock_timestamp() + $3::bigint * "
    "interval '1 ms' FROM before b WHERE l.name = b.name RETURNING b.holder = $2::text"};
constexpr statement<1> lowest_rows{
    "outbox lowest",
    "SELECT id, topic, key, value, headers FROM billhook.outbox ORDER BY id LIMIT $1::bigint"};
// Whoever listens is told with the commit. A listener that never reads fills the server's queue,
// and a full one refuses the transaction: it is left out before that, for nothing may stop the
// relay. An organization's id has 255 bytes at most, a notification's text 7999.
constexpr statement<3> remove_rows{
    "outbox remove",
    "WITH sent AS (DELETE FROM billhook.outbox WHERE id = ANY ($1::bigint[]) RETURNING topic, key) "
    "SELECT pg_notify($3::text, s.key) FROM (SELECT DISTINCT key FROM sent WHERE topic = $2::text) "
    "s WHERE pg_notification_queue_usage() < 0.5"};
constexpr statement<0> waiting_rows{
    "outbox waiting",
    "SELECT (SELECT count(*) FROM (SELECT FROM billhook.outbox LIMIT 100000) o), "
    "coalesce((SELECT greatest(0, extract(epoch FROM clock_timestamp() - o.created_at) * "
    "1000)::bigint FROM billhook.outbox o ORDER BY o.id LIMIT 1), 0)"};

// An object of texts, as `fill outbox` wrote it.
std::vector<std::pair<std::string, std::string>> headers_from(std::string_view json) {
    const auto read = json::read(json);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_object());
    std::vector<std::pair<std::string, std::string>> headers;
    for (const json::value each : read->root().items()) {
        headers.emplace_back(each.key(), each.as_string().value_or(""));
    }
    return headers;
}

}  // namespace

postgres_outbox::postgres_outbox(postgres::connection& over, std::string holder)
    : connection_(over.raw()), holder_(std::move(holder)) {}

lease postgres_outbox::hold(std::chrono::milliseconds span) {
    pqxx::work in(connection_);
    if (!run(in, held_elsewhere, relay_lease, holder_).empty()) {
        return lease::elsewhere;
    }
    run(in, make_lease, relay_lease);
    const pqxx::result held = run(in, hold_lease, relay_lease, holder_, span.count());
    in.commit();
    if (held.empty()) {
        return lease::elsewhere;
    }
    return held[0][0].as<bool>() ? lease::held : lease::taken_over;
}

std::vector<outbox_row> postgres_outbox::lowest(std::size_t limit) {
    pqxx::work in(connection_);
    std::vector<outbox_row> rows;
    for (const auto& row : run(in, lowest_rows, limit)) {
        outbox_row one;
        std::string headers;
        row_reader(row) >> one.id >> one.what.topic >> one.what.key >> one.what.value >> headers;
        one.what.headers = headers_from(headers);
        rows.push_back(std::move(one));
    }
    in.commit();
    return rows;
}

void postgres_outbox::remove(std::span<const std::int64_t> ids) {
    array_literal numbers;
    for (const std::int64_t id : ids) {
        numbers.add(std::to_string(id));
    }
    pqxx::work in(connection_);
    run(in, remove_rows, numbers.text(), topics::billing_changes, changes_channel);
    in.commit();
}

outbox_backlog postgres_outbox::waiting() {
    pqxx::work in(connection_);
    const pqxx::result rows = run(in, waiting_rows);
    in.commit();
    return {
        .messages = rows[0][0].as<std::int64_t>(),
        .oldest = std::chrono::milliseconds{rows[0][1].as<std::int64_t>()}};
}

}  // namespace billhook
