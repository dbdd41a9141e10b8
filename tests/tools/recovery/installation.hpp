#pragma once

#include "tests/tools/recovery/simulated_stripe.hpp"
#include "tools/recovery/adoption.hpp"
#include "tools/recovery/reconcile.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace billhook::simulator {

// Lives of which some was lost, and what an operator types to get it back, against the account's
// API of which a tenth of all requests ends badly. Everything is folded when a command ends.
class installation {
public:
    installation(gappy& lives, std::uint64_t seed);

    // All types if none is named.
    void backfill(const std::vector<std::string>& types = {});
    reconcile_report reconcile(bool heal);
    // Until nothing is published any more; what the last pass found.
    reconcile_report heal();
    // `dies_after`: so many messages, with not_published.
    adoption_report adopt(std::optional<std::size_t> dies_after = std::nullopt);
    [[nodiscard]] stripe::client& api() { return stripe_.client; }

private:
    gappy& lives_;
    simulated_stripe stripe_;
    memory_holdings ours_;
    memory_journal books_;
    fixed_clock time_;
};

}  // namespace billhook::simulator
