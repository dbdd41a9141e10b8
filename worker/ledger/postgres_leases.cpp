#include "worker/ledger/postgres_leases.hpp"

#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction>

#include <algorithm>
#include <utility>

namespace billhook {

namespace {

// All judge by clock_timestamp(): a statement that waited for a row must not use an older time.
// Presences of workers that are long gone are removed; anything else is somebody's to take.
constexpr statement<2> renew_rows{
    "lease renew",
    "UPDATE billhook.leases SET until = clock_timestamp() + $2::bigint * interval '1 ms' WHERE "
    "name IN (SELECT l.name FROM billhook.leases l WHERE l.holder = $1::text ORDER BY l.name "
    "FOR UPDATE)"};
constexpr statement<3> note_presence{
    "lease presence",
    "INSERT INTO billhook.leases AS l (name, holder, until) VALUES ($1::text, $2::text, "
    "clock_timestamp() + $3::bigint * interval '1 ms') ON CONFLICT (name) DO NOTHING"};
constexpr statement<1> forget_rows{
    "lease forget",
    "DELETE FROM billhook.leases WHERE name IN (SELECT l.name FROM billhook.leases l WHERE "
    "starts_with(l.name, $1::text) AND l.until < clock_timestamp() - interval '1 minute' FOR "
    "UPDATE SKIP LOCKED)"};
constexpr statement<0> list_rows{
    "lease list",
    "SELECT name, holder FROM billhook.leases WHERE until > clock_timestamp() ORDER BY name"};
constexpr statement<1> make_lease_rows{
    "lease make",
    "INSERT INTO billhook.leases (name, holder, until) SELECT n, '', '-infinity' FROM "
    "unnest($1::text[]) n ORDER BY n COLLATE \"C\" ON CONFLICT DO NOTHING"};
constexpr statement<3> claim_names{
    "lease claim",
    "UPDATE billhook.leases SET holder = $2::text, until = clock_timestamp() + $3::bigint * "
    "interval '1 ms' WHERE name IN (SELECT l.name FROM billhook.leases l WHERE l.name = ANY "
    "($1::text[]) AND (l.holder = $2::text OR l.until <= clock_timestamp()) ORDER BY l.name "
    "FOR UPDATE SKIP LOCKED) RETURNING name"};
constexpr statement<2> release_names{
    "lease release",
    "UPDATE billhook.leases SET holder = '', until = '-infinity' WHERE name = ANY ($1::text[]) "
    "AND holder = $2::text"};
constexpr statement<1> leave_rows{
    "lease leave",
    "UPDATE billhook.leases SET holder = '', until = '-infinity' WHERE holder = $1::text"};
constexpr statement<1> end_presence{
    "lease absent",
    "DELETE FROM billhook.leases WHERE name = $1::text"};

}  // namespace

postgres_leases::postgres_leases(
    postgres::connection& over,
    std::string holder,
    std::string presences
)
    : connection_(over.raw()), holder_(std::move(holder)), presences_(std::move(presences)) {}

std::vector<live_lease> postgres_leases::renew(std::chrono::milliseconds span) {
    pqxx::work in(connection_);
    const auto millis = span.count();
    run(in, note_presence, presences_ + holder_, holder_, millis);
    run(in, renew_rows, holder_, millis);
    run(in, forget_rows, presences_);
    std::vector<live_lease> live;
    for (const auto& row : run(in, list_rows)) {
        live.push_back({row[0].c_str(), row[1].c_str()});
    }
    in.commit();
    return live;
}

std::vector<std::string> postgres_leases::claim(
    std::span<const std::string> names,
    std::chrono::milliseconds span
) {
    pqxx::work in(connection_);
    const auto wanted = array_of(names);
    run(in, make_lease_rows, wanted);
    std::vector<std::string> taken;
    for (const auto& row : run(in, claim_names, wanted, holder_, span.count())) {
        taken.emplace_back(row[0].c_str());
    }
    in.commit();
    std::sort(taken.begin(), taken.end());
    return taken;
}

void postgres_leases::release(std::span<const std::string> names) {
    pqxx::work in(connection_);
    run(in, release_names, array_of(names), holder_);
    in.commit();
}

void postgres_leases::leave() {
    pqxx::work in(connection_);
    run(in, leave_rows, holder_);
    run(in, end_presence, presences_ + holder_);
    in.commit();
}

}  // namespace billhook
