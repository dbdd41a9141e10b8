#pragma once

#include "schemas/io/process/metrics.hpp"
#include "worker/domain/objects.hpp"

#include <cstdint>

namespace billhook {

// What a worker counts. Any thread. Alarms belong on: parked, a growing horizon age, dead letters,
// ambiguous, mirror and sweep failures, an old outbox.
struct worker_metrics {
    explicit worker_metrics(metrics& in);

    counter records;  // passed: folded or dead
    counter batches;  // committed with records in them
    counter dead_letters;
    counter ambiguous;        // objects that became ambiguous
    counter cuts;             // batches halved in search of a bad record
    counter not_owner;        // compare-and-sets that hit no row
    counter retries;          // failures that were tried again, of any thread
    counter alarms;           // those of them that only a person mends
    counter ticks;            // standings assessed because they were due
    counter mirrored;         // standings handed to the application's table
    counter swept;            // mapping records published
    counter relayed;          // messages that Kafka acknowledged
    counter relay_failures;   // rounds in which it did not
    gauge ready;              // 1 once a consumer has a connection; 0 after an alarm
    gauge partitions;         // read now by this process
    gauge parked;             // ours, but idle: halted, or the log is another one or gone
    gauge outbox;             // messages that wait to be relayed, by whomever
    gauge outbox_age;         // seconds for which the first of them has waited
    gauge unlisted;           // organizations that pay prices of no list; the sweep's holder counts
    gauge horizon;            // unix seconds, as the last transaction saw it
    histogram batch_seconds;  // from parsing to COMMIT

    [[nodiscard]] counter outcomes(outcome what) const;
    [[nodiscard]] gauge lag(std::int32_t partition) const;  // records between us and the end

private:
    metrics* in_;
};

}  // namespace billhook
