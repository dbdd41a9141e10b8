#pragma once

#include "tests/simulation/sim_ledger.hpp"
#include "tests/simulation/sim_outbox.hpp"
#include "worker/pipeline/sessions.hpp"

#include <memory>
#include <string>
#include <utility>

namespace billhook::simulation {

// All simulated ports over one connection, of which a session holds some.
template <class... Port>
class opened_simulation final : public opened<Port...> {
public:
    opened_simulation(sim_database& in, faults& of, const std::string& holder)
        : connection_{in, of},
          ledger_(connection_),
          leases_(connection_, holder),
          organizations_(connection_),
          outbox_(connection_, holder) {
        this->all_ = {pointer_to(static_cast<Port*>(nullptr))...};
        connection_.call("connect");
    }

private:
    ledger* pointer_to(ledger*) { return &ledger_; }
    leases* pointer_to(leases*) { return &leases_; }
    organizations* pointer_to(organizations*) { return &organizations_; }
    outbox* pointer_to(outbox*) { return &outbox_; }

    sim_connection connection_;
    sim_ledger ledger_;
    sim_leases leases_;
    sim_organizations organizations_;
    sim_outbox outbox_;
};

// Connects: new objects over a new connection each time. `database` and `weather` outlive them.
template <class... Port>
[[nodiscard]] session<Port...> sim_session(
    sim_database& database,
    faults& weather,
    std::string holder
) {
    return session<Port...>([&database, &weather, holder = std::move(holder)] {
        return std::make_unique<opened_simulation<Port...>>(database, weather, holder);
    });
}

}  // namespace billhook::simulation
