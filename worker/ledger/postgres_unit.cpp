#include "worker/ledger/postgres_unit.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/types/assert.hpp"
#include "worker/ledger/customer_rows.hpp"
#include "worker/ledger/dead_letters.hpp"
#include "worker/ledger/standing_rows.hpp"

#include <pqxx/except>

#include <utility>

namespace billhook {

postgres_unit::postgres_unit(
    std::unique_ptr<pqxx::work> in,
    projection writes,
    bool first_half_alone,
    std::size_t load_rows,
    std::optional<partition> passes,
    instant horizon,
    std::shared_ptr<const postgres::applied_plans> plans,
    bool* conflicted
)
    : in_(std::move(in)),
      writes_(std::move(writes)),
      muted_(writes_.role != "live"),
      first_half_alone_(first_half_alone),
      load_rows_(load_rows),
      passes_(std::move(passes)),
      horizon_(horizon),
      plans_(std::move(plans)),
      conflicted_(conflicted) {}

locked_customers postgres_unit::lock_customers(const object_keys& keys) {
    billhook::lock_customers(tables(), keys);
    return {keys};
}

known postgres_unit::load(const locked_customers& under) {
    known all = load_known(tables(), under.keys, writes_, load_rows_);
    found_ = found_in(all);
    return all;
}

void postgres_unit::store(const changes& folded, std::span<const dead_record> dead) {
    BILLHOOK_ASSERT(passes_.has_value() || dead.empty());
    // Bodies of one event or object that name different customers are under no common lock. What
    // was stored meanwhile is read when the batch is tried again.
    const bool all_may_be_there = conflicted_ == nullptr || std::exchange(*conflicted_, false);
    try {
        store_changes(tables(), folded, found_, all_may_be_there);
    } catch (const pqxx::unique_violation& thrown) {
        if (conflicted_ != nullptr) {
            *conflicted_ = true;
        }
        throw postgres::failure(
            "a row was stored meanwhile", {postgres::remedy::retry, thrown.sqlstate()}
        );
    }
    if (passes_) {
        bury(*in_, writes_.name, *passes_, dead);
    }
}

locked_standings postgres_unit::lock_standings(std::span<const organization_id> touched) {
    if (first_half_alone_) {
        mark_standings(tables(), touched);
        return {};
    }
    return {billhook::lock_standings(tables(), touched)};
}

locked_standings postgres_unit::claim_due(std::size_t limit) {
    return {claim_due_standings(tables(), horizon_, limit)};
}

std::vector<locked_standings> postgres_unit::pieces_of(const locked_standings& under) {
    if (under.organizations.empty()) {
        return {};
    }
    if (have_at_most(tables(), under.organizations, load_rows_)) {
        return {under};
    }
    std::vector<locked_standings> pieces;
    std::size_t rows = 0;
    for (const auto& [organization, its] : count_rows(tables(), under.organizations)) {
        rows += its;
        if (pieces.empty() || rows > load_rows_) {
            pieces.emplace_back();
            rows = its;
        }
        pieces.back().organizations.push_back(organization);
    }
    return pieces;
}

std::vector<organization_facts> postgres_unit::load(const locked_standings& under) {
    auto all = load_organizations(tables(), under.organizations);
    owners_.clear();
    for (const organization_facts& facts : all) {
        for (const subscription_row& each : facts.subscriptions) {
            owners_.emplace(each.id, facts.organization);
        }
    }
    return all;
}

void postgres_unit::store(const restated& standings) {
    store_standings(tables(), standings);
    if (muted_) {
        return;
    }
    record_notices(*in_, standings.notices, owners_);
    fill_outbox(*in_, standings);
}

void postgres_unit::commit() {
    in_->commit();
}

}  // namespace billhook
