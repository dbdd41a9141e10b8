#pragma once

#include "schemas/io/process/metrics.hpp"

namespace billhook {

// What billhook-notifier counts.
struct notifier_metrics {
    explicit notifier_metrics(metrics& in);

    counter delivered;
    counter overtaken;
    counter failed;
    counter in_doubt;    // sent, and no answer came: somebody should look
    counter deferred;    // goes that will be repeated
    counter unreadable;  // records that are no notice, or one that the database does not know
    counter retries;
    counter alarms;  // those of them that only a person mends     // rounds that a server's failure
                     // ended
    gauge waiting;   // read, and not settled
    gauge partitions;  // held
    gauge ready;       // 1: connected
};

}  // namespace billhook
