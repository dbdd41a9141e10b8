#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/plans/catalogue.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

// Ports to the state. One thread each. Infrastructure failures throw
// (schemas/io/postgres/failure.hpp says what to do about them); expected refusals are values.
namespace billhook {

struct partition {
    std::string topic;
    std::int32_t number = 0;
    friend auto operator<=>(const partition&, const partition&) = default;
};

// The right to move a partition's offset, and where it stands. Ends when someone else raises the
// epoch; the compare-and-set finds out.
struct claim {
    partition of;
    std::int64_t epoch = 0;
    std::int64_t next_offset = 0;
    std::optional<std::string> fingerprint;  // of record next_offset - 1; empty if none was passed
    bool halted = false;                     // by too many dead letters; only an operator resumes
};

// One step of a partition: from claim.next_offset to `next_offset`.
struct advance {
    claim from;
    std::int64_t next_offset = 0;              // equal to claim's: nothing folded, only time passes
    std::optional<std::string> fingerprint{};  // of the last passed record; empty: unchanged
    std::optional<instant> complete_to{};      // empty: unchanged
};

// So many rows of several customers, or of several organizations, at once: some 30 MB.
inline constexpr std::size_t usual_load_rows = 20'000;

// Proof that rows are locked, and which. Only a unit_of_work makes one.
struct locked_customers {
    object_keys keys;
};
struct locked_standings {
    std::vector<organization_id> organizations;
};

// One transaction. Destroyed before `commit`, it rolls back.
struct unit_of_work {
    virtual ~unit_of_work() = default;
    // min(complete_to) over the projection's partitions, as the first statement read it; 1970 while
    // any is null.
    virtual instant horizon() const = 0;
    // In force for this unit: others cannot be applied before it ends. Valid as long as it is.
    virtual const catalogue& plans() const = 0;
    // Sorted, each made if missing; a statement of its own.
    virtual locked_customers lock_customers(const object_keys& keys) = 0;
    // Of several customers no more rows than the ledger may read at once: beyond that a
    // postgres::failure with the remedy `halve`.
    virtual known load(const locked_customers& under) = 0;
    // Too many dead letters (worker/README.md, "What the database refuses") halt the partition, in
    // this same transaction.
    virtual void store(const changes& folded, std::span<const dead_record> dead) = 0;
    virtual locked_standings lock_standings(std::span<const organization_id> touched) = 0;
    // Due at the horizon, at most `limit`, skipping what others hold.
    virtual locked_standings claim_due(std::size_t limit) = 0;
    // Cut so that each has no more rows than the ledger may read at once, or is one organization:
    // to be loaded, assessed and stored one after the other.
    virtual std::vector<locked_standings> pieces_of(const locked_standings& under) = 0;
    virtual std::vector<organization_facts> load(const locked_standings& under) = 0;
    // Of a projection that is not live the standings alone: no notices, no outbox.
    virtual void store(const restated& standings) = 0;
    // May throw postgres in_doubt: repeat everything, the compare-and-set first.
    virtual void commit() = 0;
};

struct ledger {
    virtual ~ledger() = default;
    // Raises the epoch, then reads; makes the row if the partition is new. Commits by itself.
    virtual claim take_over(const partition& which) = 0;
    // The partition's row as it stands, nothing raised; empty if it is not of the projection that
    // was written last, or was never taken over: then only `take_over` helps.
    virtual std::optional<claim> look_at(const partition& which) = 0;
    // A Postgres time, for the horizon alone.
    virtual instant database_now() = 0;
    // The compare-and-set; null: the row is not ours any more (drop the partition, read again).
    virtual std::unique_ptr<unit_of_work> begin(const advance& step) = 0;
    // The clock's way in; null: the projection is no longer the one we write.
    virtual std::unique_ptr<unit_of_work> begin_tick() = 0;
};

// A message that waits in billhook.outbox. Of one organization the ids are in the order of commits.
struct outbox_row {
    std::int64_t id = 0;
    message what;

    friend bool operator==(const outbox_row&, const outbox_row&) = default;
};

// How much waits there.
struct outbox_backlog {
    std::int64_t messages = 0;           // no more than 100,000 are counted
    std::chrono::milliseconds oldest{};  // for how long the first of them has waited
};

enum class lease : std::uint8_t { held, taken_over, elsewhere };

// What is still to be sent: all that lies in billhook.outbox. There is no cursor, for an id becomes
// visible late, when a transaction commits after one that drew a higher id. Small transactions of
// its own.
struct outbox {
    virtual ~outbox() = default;
    // The right to send, for `span` from now by Postgres' clock: it was this holder's before, is
    // now (whoever had it let it expire, or gave it up), or is another's.
    virtual lease hold(std::chrono::milliseconds span) = 0;
    // At most `limit`, by id.
    virtual std::vector<outbox_row> lowest(std::size_t limit) = 0;
    // What was sent; whoever listens is told.
    virtual void remove(std::span<const std::int64_t> ids) = 0;
    virtual outbox_backlog waiting() = 0;
};

// The application's table. A row that fails is kept in billhook.mirror_errors and retried; what the
// application holds locked is skipped. Small transactions of its own.
struct organizations {
    virtual ~organizations() = default;
    virtual void mirror(std::span<const organization_id> restated) = 0;
    // Up to `limit` rows whose three columns differ from their standing; returns how many it saw.
    virtual std::size_t mirror_differing(std::size_t limit) = 0;
    // Rows whose id or stripe_customer_id the fold does not have, in the order of their ids: the
    // first `limit` of them, or of those behind `after`.
    virtual std::vector<mapping> unmapped(
        std::size_t limit,
        const std::optional<organization_id>& after
    ) = 0;
    // Organizations of which a living subscription is at prices that plans.toml does not list.
    virtual std::int64_t count_unlisted() = 0;
};

}  // namespace billhook
