#pragma once

#include "schemas/messages/record.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace billhook {

// A record as it lies in the log.
struct raw_record {
    std::int64_t offset = 0;
    std::string fingerprint;  // hash of payload and timestamp; see claim::fingerprint
    record what;
};

// Consecutive records of one partition, in log order, and the claim they are read under.
struct batch {
    claim under;
    std::vector<raw_record> records;
};

struct assigned {
    partition which;
};  // ours now: take it over, then `start`
struct revoked {
    partition which;
};  // no longer ours
struct end_of_range {
    partition which;
};  // a bounded source has given everything
using polled = std::variant<std::monostate, batch, assigned, revoked, end_of_range>;

// A partition that cannot be read on. It gives nothing more until it is started again, and that
// succeeds once its log is right; the other partitions go on.
struct partition_stuck : std::runtime_error {
    partition_stuck(const std::string& text, partition where)
        : std::runtime_error(text), which(std::move(where)) {}
    partition which;
};
// The log is not the one that was read: recreated, truncated, or the offset lies outside of it.
// Never skipped silently: the partition stops and an operator rebases.
struct log_diverged : partition_stuck {
    using partition_stuck::partition_stuck;
};
// No such topic or partition for so long that no leader change explains it.
struct log_missing : partition_stuck {
    using partition_stuck::partition_stuck;
};
// The broker gives a record that is damaged.
struct log_damaged : partition_stuck {
    using partition_stuck::partition_stuck;
};

// Port. One thread. Kafka's failures throw kafka::failure, the leases' are Postgres' own.
struct record_source {
    virtual ~record_source() = default;
    // Throws partition_stuck.
    virtual polled poll(std::chrono::milliseconds wait) = 0;
    // Reads on from the claim. Throws partition_stuck: log_diverged if the last passed record is
    // not the one whose fingerprint is stored.
    virtual void start(const claim& from) = 0;
    // Reads it no more. While it stays ours, `assigned` comes again.
    virtual void drop(const partition& which) = 0;
    // Everything below was committed: said to Kafka now and then, for lag tools alone.
    virtual void passed(const partition& which, std::int64_t next_offset) = 0;
    // The partition's high watermark, asked now. Throws partition_stuck.
    virtual std::int64_t end_of(const partition& which) = 0;
};

}  // namespace billhook
