#include "worker/notifier/notifier_metrics.hpp"

#include <string>

namespace billhook {
namespace {

counter settled(metrics& in, const char* outcome) {
    return in.add_counter(
        "billhook_notifier_notices_total",
        "notices that came to an end, by outcome",
        {
            {"outcome", outcome}
    }
    );
}

}  // namespace

notifier_metrics::notifier_metrics(metrics& in)
    : delivered(settled(in, "delivered")),
      overtaken(settled(in, "overtaken")),
      failed(settled(in, "failed")),
      in_doubt(settled(in, "in_doubt")),
      deferred(in.add_counter(
          "billhook_notifier_deferred_total",
          "goes that failed for now and are repeated"
      )),
      unreadable(in.add_counter(
          "billhook_notifier_unreadable_total",
          "records that are no notice, or none that the database knows"
      )),
      retries(in.add_counter(
          "billhook_notifier_retries_total",
          "rounds that were ended by a failure of Postgres or Kafka"
      )),
      alarms(in.add_counter("billhook_notifier_alarms_total", "failures that only a person mends")),
      waiting(
          in.add_gauge("billhook_notifier_waiting", "notices that were read and are not settled")
      ),
      partitions(in.add_gauge("billhook_notifier_partitions", "partitions held by lease")),
      ready(in.add_gauge("billhook_notifier_ready", "1 while the database is connected")) {}

}  // namespace billhook
