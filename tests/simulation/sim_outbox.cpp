#include "tests/simulation/sim_outbox.hpp"

#include "worker/ledger/leases.hpp"

namespace billhook::simulation {

lease sim_outbox::hold(std::chrono::milliseconds span) {
    lease answer = lease::elsewhere;
    over_.land("hold", [&] {
        const instant now = over_.database.ask_time();
        auto& row = over_.database.leases[relay_lease];
        if (row.holder != holder_ && row.until > now) {
            return;
        }
        answer = row.holder == holder_ ? lease::held : lease::taken_over;
        row = {holder_, now + span};
    });
    return answer;
}

std::vector<outbox_row> sim_outbox::lowest(std::size_t limit) {
    over_.call("lowest");
    std::vector<outbox_row> rows;
    for (const auto& [id, what] : over_.database.outbox) {
        if (rows.size() < limit) {
            rows.push_back({.id = id, .what = what});
        }
    }
    return rows;
}

void sim_outbox::remove(std::span<const std::int64_t> ids) {
    over_.land("remove", [&] {
        for (const std::int64_t id : ids) {
            over_.database.outbox.erase(id);
        }
    });
}

outbox_backlog sim_outbox::waiting() {
    over_.call("waiting");
    return {.messages = static_cast<std::int64_t>(over_.database.outbox.size())};
}

}  // namespace billhook::simulation
