#pragma once

#include "tests/simulation/sim_connection.hpp"
#include "worker/ledger/ledger.hpp"

#include <string>
#include <vector>

namespace billhook::simulation {

// The simulated database's outbox and the lease `relay`, over one connection.
class sim_outbox final : public outbox {
public:
    sim_outbox(sim_connection& over, std::string holder)
        : over_(over), holder_(std::move(holder)) {}

    lease hold(std::chrono::milliseconds span) override;
    std::vector<outbox_row> lowest(std::size_t limit) override;
    void remove(std::span<const std::int64_t> ids) override;
    outbox_backlog waiting() override;

private:
    sim_connection& over_;
    std::string holder_;
};

}  // namespace billhook::simulation
