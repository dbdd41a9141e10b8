#pragma once

#include "tests/simulation/sim_connection.hpp"
#include "worker/pipeline/sessions.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook::simulation {

// A transaction: writes are kept back until COMMIT, reads see the committed state and those writes.
class sim_unit final : public unit_of_work {
public:
    sim_unit(sim_connection& over, instant horizon) : over_(over), horizon_(horizon) {}
    ~sim_unit() override;
    sim_unit(const sim_unit&) = delete;
    sim_unit& operator=(const sim_unit&) = delete;

    instant horizon() const override { return horizon_; }
    const catalogue& plans() const override { return over_.database.plans; }
    locked_customers lock_customers(const object_keys& keys) override;
    known load(const locked_customers& under) override;
    void store(const changes& folded, std::span<const dead_record> dead) override;
    locked_standings lock_standings(std::span<const organization_id> touched) override;
    locked_standings claim_due(std::size_t limit) override;
    std::vector<locked_standings> pieces_of(const locked_standings& under) override;
    std::vector<organization_facts> load(const locked_standings& under) override;
    void store(const restated& standings) override;
    void commit() override;

    // The lock, whoever holds it: a sleeping holder's session is ended.
    void lock(const std::string& row);
    void write(std::function<void(sim_database&)> what) { writes_.push_back(std::move(what)); }
    // The offset row that this unit steps; none for a tick.
    std::optional<partition> steps;

private:
    void call(std::string_view name);
    void release();
    const builders::memory_projection& view();

    sim_connection& over_;
    instant horizon_;
    bool ended_ = false;  // by another session's wish
    std::vector<std::function<void(sim_database&)>> writes_;
    std::set<std::string> held_;
    std::unique_ptr<sim_database> view_;  // the committed state and our writes, of `version`
    std::uint64_t version_ = 0;
    std::size_t seen_writes_ = 0;
};

class sim_ledger final : public ledger {
public:
    explicit sim_ledger(sim_connection& over)
        : over_(over), generation_(over.database.generation) {}

    claim take_over(const partition& which) override;
    std::optional<claim> look_at(const partition& which) override;
    instant database_now() override;
    std::unique_ptr<unit_of_work> begin(const advance& step) override;
    std::unique_ptr<unit_of_work> begin_tick() override;

private:
    sim_connection& over_;
    std::int64_t generation_;  // as last read
};

class sim_leases final : public leases {
public:
    sim_leases(sim_connection& over, std::string holder)
        : over_(over), holder_(std::move(holder)) {}
    std::vector<live_lease> renew(std::chrono::milliseconds span) override;
    std::vector<std::string> claim(
        std::span<const std::string> names,
        std::chrono::milliseconds span
    ) override;
    void release(std::span<const std::string> names) override;
    void leave() override;

private:
    sim_connection& over_;
    std::string holder_;
};

class sim_organizations final : public organizations {
public:
    explicit sim_organizations(sim_connection& over) : over_(over) {}
    void mirror(std::span<const organization_id> restated) override;
    std::size_t mirror_differing(std::size_t limit) override;
    std::int64_t count_unlisted() override { return 0; }
    std::vector<mapping> unmapped(std::size_t limit, const std::optional<organization_id>& after)
        override;

private:
    bool copy(const organization_id& which);
    sim_connection& over_;
};

}  // namespace billhook::simulation
