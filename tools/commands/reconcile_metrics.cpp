#include "tools/commands/reconcile_metrics.hpp"

namespace billhook {
namespace {

metrics::labels labels_of(recovered_kind kind, divergence_cause cause) {
    return {
        {"kind",  std::string(to_word(kind)) },
        {"cause", std::string(to_word(cause))}
    };
}

}  // namespace

reconcile_metrics::reconcile_metrics(metrics& in)
    : passes(in.add_counter("billhook_reconcile_passes_total", "passes that went through")),
      failed_passes(in.add_counter(
          "billhook_reconcile_failed_passes_total",
          "passes given up for want of Stripe or Kafka or the database"
      )),
      published(in.add_counter("billhook_reconcile_published_total", "records published")),
      requests(
          in.add_counter("billhook_reconcile_requests_total", "requests to Stripe with repetitions")
      ),
      rate_limited(
          in.add_counter("billhook_reconcile_rate_limited_total", "429s of Stripe's answers")
      ),
      last_pass(in.add_gauge(
          "billhook_reconcile_last_pass_seconds",
          "unix time at which the last pass ended"
      )),
      in_(&in) {}

counter reconcile_metrics::found(recovered_kind kind, divergence_cause cause) const {
    return in_->add_counter(
        "billhook_reconcile_divergences_total",
        "objects that differed from Stripe's",
        labels_of(kind, cause)
    );
}

counter reconcile_metrics::healed(recovered_kind kind, divergence_cause cause) const {
    return in_->add_counter(
        "billhook_reconcile_healed_total",
        "of them brought to Stripe's state",
        labels_of(kind, cause)
    );
}

}  // namespace billhook
