#pragma once

#include "schemas/io/process/metrics.hpp"
#include "tools/recovery/reconcile.hpp"

namespace billhook {

// What `billhook reconcile --every` counts. Alarms belong on: passes that fail, a last pass long
// ago, divergences that were missed (webhooks do not come).
struct reconcile_metrics {
    explicit reconcile_metrics(metrics& in);

    counter passes;         // that went through
    counter failed_passes;  // given up for want of Stripe, Kafka or the database
    counter published;      // records
    counter requests;       // to Stripe, repetitions included
    counter rate_limited;   // 429s of them
    gauge last_pass;        // unix seconds of the end of the last whole pass

    // Divergences found and, of them, healed; in the order of the enums.
    [[nodiscard]] counter found(recovered_kind kind, divergence_cause cause) const;
    [[nodiscard]] counter healed(recovered_kind kind, divergence_cause cause) const;

private:
    metrics* in_;
};

}  // namespace billhook
