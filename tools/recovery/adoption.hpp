#pragma once

#include "tools/recovery/backfill.hpp"
#include "tools/recovery/reconcile.hpp"
#include "tools/recovery/spool.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

// An account with a history, taken over.
namespace billhook {

enum class adoption_end : std::uint8_t {
    done,        // the last pass had nothing to publish
    not_folded,  // what was published is not folded yet: later again
    held_back,   // `release` said no
};

struct adoption_ports {
    stripe::client& from;
    journal& books;
    holdings& ours;
    clock& time;
    // Waits until all that was published is folded; false if that took too long.
    std::function<bool()> folded;
    // Publishes what waits, or says no.
    std::function<bool(spool&)> release;
    // What is being done, and how far it has come: "heal 1", "300 customers compared".
    std::function<void(const std::string& phase, const std::string& progress)> watch;
};

struct adoption_request {
    bool livemode = false;  // of the key
    bool another_account = false;
};

struct adoption_report {
    backfill_report events;
    std::size_t passes = 0;    // of reconcile, the last one included
    std::size_t readings = 0;  // that they had to publish
    reconcile_report last;     // what differs and cannot be healed
};

// Stripe's events of the last 30 days, then its objects as they are, again and again until a pass
// finds nothing that it could heal. Keeps nothing of its own: killed at any moment and begun anew
// it does what is left, and where nothing is left it publishes nothing. Blocks; throws what
// backfill and reconcile throw, a refusal as stripe::failure.
[[nodiscard]] adoption_end adopt(
    const adoption_ports& with,
    const adoption_request& what,
    adoption_report& report
);

}  // namespace billhook
