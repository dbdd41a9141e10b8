#include "worker/ledger/postgres_ledger.hpp"

#include "schemas/types/assert.hpp"
#include "worker/ledger/dead_letters.hpp"
#include "worker/ledger/postgres_unit.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/run_statement.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/transaction>

#include <utility>
#include <vector>

namespace billhook {

namespace {

constexpr statement<3> make_offsets{
    "make offsets",
    "INSERT INTO billhook.offsets (projection, topic, partition) SELECT $1::text, $2::text, n "
    "FROM generate_series(0, $3::integer - 1) n ON CONFLICT DO NOTHING"};
constexpr statement<3> take_over_row{
    "take over",
    "UPDATE billhook.offsets SET epoch = epoch + 1 WHERE projection = $1::text AND topic = "
    "$2::text AND partition = $3::integer RETURNING epoch, next_offset, fingerprint, halted IS "
    "NOT NULL"};
constexpr statement<3> look_at_row{
    "look at",
    "SELECT epoch, next_offset, fingerprint, halted IS NOT NULL FROM billhook.offsets WHERE "
    "projection = $1::text AND topic = $2::text AND partition = $3::integer"};
// The compare-and-set, and the fence: the projection's row is read in the same statement, so a
// promote waits for this transaction, and a transaction that waited for a promote finds
// nothing.
constexpr joined_text advance_text{
    "UPDATE billhook.offsets o SET next_offset = $6::bigint, fingerprint = "
    "coalesce($8::text, o.fingerprint), complete_to = greatest(o.complete_to, "
    "$9::timestamptz), minute = date_trunc('minute', now()), minute_records = $6::bigint - "
    "$5::bigint + CASE WHEN o.minute = date_trunc('minute', now()) THEN o.minute_records "
    "ELSE 0 END FROM billhook.projections p WHERE p.name = $1::text AND p.generation = "
    "$2::bigint AND p.name = o.projection AND o.topic = $3::text AND o.partition = "
    "$4::integer AND o.next_offset = $5::bigint AND o.epoch = $7::bigint AND o.halted IS "
    "NULL AND ($6::bigint <= o.stop_at OR o.stop_at IS NULL) RETURNING ",
    horizon_of_projection};
constexpr statement<9> advance_row{"advance", advance_text.text};
constexpr joined_text tick_text{
    "SELECT ",
    horizon_of_projection,
    " FROM billhook.projections p WHERE p.name = $1::text AND p.generation = $2::bigint"};
constexpr statement<2> tick_row{"tick", tick_text.text};
constexpr statement<0> now_by_postgres{
    "now",
    "SELECT (extract(epoch FROM clock_timestamp()) * 1000000)::bigint"};

instant instant_in(const pqxx::result& rows) {
    return instant{std::chrono::microseconds{rows[0][0].as<std::int64_t>()}};
}

// Of the columns that "take over" and "look at" return.
claim claim_in(const pqxx::row& row, const partition& which) {
    claim found;
    found.of = which;
    row_reader(row) >> found.epoch >> found.next_offset >> found.fingerprint >> found.halted;
    return found;
}

}  // namespace

postgres_ledger::postgres_ledger(
    postgres::connection& over,
    std::int32_t partitions,
    written_projection which
)
    : connection_(over.raw()), partitions_(partitions), which_(std::move(which)) {}

projection postgres_ledger::own_projection(pqxx::transaction_base& in) const {
    return which_.building ? own_building_projection(in, *which_.building)
                           : own_live_projection(in);
}

// Under the lock that reading the projection took, so they belong to its generation.
void postgres_ledger::read_plans(pqxx::transaction_base& in) {
    if (which_.plans) {
        plans_ = which_.plans;
    } else if (!plans_ || plans_->version != postgres::plans_version(in)) {
        plans_ = std::make_shared<const postgres::applied_plans>(postgres::plans_in_force(in));
    }
}

// In a transaction of its own: the compare-and-set must be a unit's first statement, and it is the
// generation in it that counts.
void postgres_ledger::read_projection() {
    pqxx::work in(connection_);
    const projection now = own_projection(in);
    read_plans(in);
    in.commit();
    projection_ = now;
}

claim postgres_ledger::take_over(const partition& which) {
    BILLHOOK_ASSERT(which.number >= 0 && which.number < partitions_);
    pqxx::work in(connection_);
    const projection now = own_projection(in);
    read_plans(in);
    run(in, make_offsets, now.name, which.topic, partitions_);
    const pqxx::result rows = run(in, take_over_row, now.name, which.topic, which.number);
    BILLHOOK_ASSERT(rows.size() == 1);
    const claim taken = claim_in(rows[0], which);
    in.commit();
    projection_ = now;
    return taken;
}

std::optional<claim> postgres_ledger::look_at(const partition& which) {
    pqxx::work in(connection_);
    const projection now = own_projection(in);
    if (!projection_ || projection_->name != now.name ||
        projection_->generation != now.generation) {
        return std::nullopt;
    }
    const pqxx::result rows = run(in, look_at_row, now.name, which.topic, which.number);
    in.commit();
    return rows.empty() ? std::nullopt : std::optional{claim_in(rows[0], which)};
}

instant postgres_ledger::database_now() {
    pqxx::work in(connection_);
    const instant now = instant_in(run(in, now_by_postgres));
    in.commit();
    return now;
}

std::unique_ptr<unit_of_work> postgres_ledger::begin(const advance& step) {
    if (!projection_) {
        read_projection();
    }
    auto in = std::make_unique<pqxx::work>(connection_);
    const pqxx::result rows =
        run(*in,
            advance_row,
            projection_->name,
            projection_->generation,
            step.from.of.topic,
            step.from.of.number,
            step.from.next_offset,
            step.next_offset,
            step.from.epoch,
            step.fingerprint,
            step.complete_to);
    if (rows.empty()) {
        return nullptr;
    }
    return std::make_unique<postgres_unit>(
        std::move(in),
        *projection_,
        which_.first_half_alone,
        which_.load_rows,
        step.from.of,
        instant_in(rows),
        plans_,
        &conflicted_
    );
}

std::unique_ptr<unit_of_work> postgres_ledger::begin_tick() {
    if (!projection_) {
        read_projection();
    }
    auto in = std::make_unique<pqxx::work>(connection_);
    const pqxx::result rows = run(*in, tick_row, projection_->name, projection_->generation);
    if (rows.empty()) {
        projection_.reset();
        return nullptr;
    }
    return std::make_unique<postgres_unit>(
        std::move(in),
        *projection_,
        which_.first_half_alone,
        which_.load_rows,
        std::nullopt,
        instant_in(rows),
        plans_
    );
}

}  // namespace billhook
