#pragma once

#include "schemas/messages/record.hpp"
#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <variant>
#include <vector>

namespace billhook {

// A record as it lies in the log.
struct raw_record {
    std::int64_t offset = 0;
    std::string fingerprint;      // hash of payload and timestamp; see claim::fingerprint
    record what;
};

// Consecutive records of one partition, in log order, and the claim they are read under.
struct batch {
    claim under;
    std::vector<raw_record> records;
};

struct assigned { partition which; };       // ours now: take it over, then `start`
struct revoked { partition which; };        // no longer ours
struct end_of_range { partition which; };   // a bounded source has given everything
using polled = std::variant<std::monostate, batch, assigned, revoked, end_of_range>;

// The log is not the one that was read: recreated, truncated, or the offset lies outside of it.
// Never skipped silently: the partition stops and an operator rebases.
struct log_diverged : std::runtime_error {
    using std::runtime_error::runtime_error;
};

// Port. One thread. Kafka failures throw.
struct record_source {
    virtual ~record_source() = default;
    virtual polled poll(std::chrono::milliseconds wait) = 0;
    // Reads on from the claim. Throws log_diverged if the last passed record is not the one whose
    // fingerprint is stored.
    virtual void start(const claim& from) = 0;
    virtual void drop(const partition& which) = 0;
    // The partition's high watermark, asked now.
    virtual std::int64_t end_of(const partition& which) = 0;
};

}  // namespace billhook
