#include "worker/pipeline/worker_metrics.hpp"

#include <string>

namespace billhook {

worker_metrics::worker_metrics(metrics& in)
    : records(in.add_counter("billhook_worker_records_total", "records passed: folded or dead")),
      batches(in.add_counter("billhook_worker_batches_total", "committed batches with records")),
      dead_letters(in.add_counter("billhook_worker_dead_letters_total", "dead letters written")),
      ambiguous(in.add_counter("billhook_worker_ambiguous_total", "objects that became ambiguous")),
      cuts(in.add_counter("billhook_worker_bisections_total", "batches cut to find a bad record")),
      not_owner(in.add_counter("billhook_worker_not_owner_total", "steps that another worker made")
      ),
      retries(in.add_counter("billhook_worker_retries_total", "failures that were tried again")),
      alarms(in.add_counter("billhook_worker_alarms_total", "failures that only a person mends")),
      ticks(in.add_counter("billhook_worker_due_total", "standings assessed since they were due")),
      mirrored(in.add_counter("billhook_worker_mirrored_total", "standings given to the mirror")),
      swept(in.add_counter("billhook_worker_swept_total", "mapping records published")),
      relayed(in.add_counter("billhook_worker_relayed_total", "messages that Kafka acknowledged")),
      relay_failures(in.add_counter(
          "billhook_worker_relay_failures_total",
          "rounds of the relay in which Kafka did not acknowledge all"
      )),
      ready(in.add_gauge("billhook_worker_ready", "1 once a consumer could start; 0 after an alarm")
      ),
      partitions(in.add_gauge("billhook_worker_partitions", "partitions read by this process")),
      parked(in.add_gauge(
          "billhook_worker_parked_partitions",
          "ours but idle: halted, or the log is another one or gone"
      )),
      outbox(in.add_gauge("billhook_worker_outbox_messages", "messages that wait to be relayed")),
      outbox_age(in.add_gauge(
          "billhook_worker_outbox_age_seconds",
          "how long the first message in the outbox has waited"
      )),
      unlisted(in.add_gauge(
          "billhook_unlisted_subscriptions",
          "organizations with a living subscription at prices that plans.toml does not list"
      )),
      horizon(in.add_gauge(
          "billhook_worker_horizon_seconds",
          "unix time up to which all partitions are folded"
      )),
      batch_seconds(in.add_histogram(
          "billhook_worker_batch_seconds",
          "a batch, from parsing to COMMIT",
          latency_bounds_seconds()
      )),
      in_(&in) {}

counter worker_metrics::outcomes(outcome what) const {
    return in_->add_counter(
        "billhook_worker_outcomes_total",
        "journal rows written, by outcome",
        {
            {"outcome", std::string{to_word(what)}}
    }
    );
}

gauge worker_metrics::lag(std::int32_t partition) const {
    return in_->add_gauge(
        "billhook_worker_lag_records",
        "records between the folded offset and the end of the partition",
        {
            {"partition", std::to_string(partition)}
    }
    );
}

}  // namespace billhook
