#pragma once

#include "worker/ledger/changed_rows.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/outgoing.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction>

#include <cstddef>
#include <memory>
#include <optional>

namespace billhook {

// One transaction of a postgres_ledger, begun and past its first statement. The ledger's connection
// outlives it.
class postgres_unit final : public unit_of_work {
public:
    // `passes`: the partition whose offset moved; empty in a tick. `first_half_alone`, `load_rows`:
    // see written_projection. `conflicted`, which outlives it and which a unit without a partition
    // does not need: whether the one before met a row that somebody else stored meanwhile; it is
    // taken, and left for the next.
    postgres_unit(
        std::unique_ptr<pqxx::work> in,
        projection writes,
        bool first_half_alone,
        std::size_t load_rows,
        std::optional<partition> passes,
        instant horizon,
        std::shared_ptr<const postgres::applied_plans> plans,
        bool* conflicted = nullptr
    );

    instant horizon() const override { return horizon_; }
    const catalogue& plans() const override { return plans_->text.plans; }
    locked_customers lock_customers(const object_keys& keys) override;
    known load(const locked_customers& under) override;
    void store(const changes& folded, std::span<const dead_record> dead) override;
    locked_standings lock_standings(std::span<const organization_id> touched) override;
    locked_standings claim_due(std::size_t limit) override;
    std::vector<locked_standings> pieces_of(const locked_standings& under) override;
    std::vector<organization_facts> load(const locked_standings& under) override;
    void store(const restated& standings) override;
    void commit() override;

private:
    [[nodiscard]] projection_work tables() { return {*in_, writes_.schema}; }

    std::unique_ptr<pqxx::work> in_;
    projection writes_;
    bool muted_;  // what is not live tells nobody: no notices, no outbox
    bool first_half_alone_;
    std::size_t load_rows_;
    std::optional<partition> passes_;
    instant horizon_;
    std::shared_ptr<const postgres::applied_plans> plans_;
    bool* conflicted_;
    rows_found found_;            // as `load` saw them
    subscription_owners owners_;  // as the other `load` saw them
};

}  // namespace billhook
