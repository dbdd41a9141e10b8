#pragma once

#include "worker/ledger/ledger.hpp"

#include <chrono>
#include <cstdint>
#include <string>
#include <variant>

namespace billhook {

struct notice_record {
    partition of;
    std::int64_t offset = 0;
    std::string value;
};
struct notices_begin {
    partition of;
    std::int64_t offset = 0;   // the first that will be read
    std::int64_t skipped = 0;  // records that the log forgot before they were read here
};
struct notices_end {
    partition of;  // read by somebody else from now on
};
using notices_polled = std::variant<std::monostate, notice_record, notices_begin, notices_end>;

// Port: billing.notices, the partitions that this process holds by lease. One thread; throws what
// its servers throw.
struct notice_source {
    virtual ~notice_source() = default;
    // Looks whose the partitions are, so it is to be called several times within a lease's span;
    // with `wait` 0 nothing is read.
    [[nodiscard]] virtual notices_polled poll(std::chrono::milliseconds wait) = 0;
    // All before it is settled: where whoever reads the partition next begins. Of partitions that
    // are held; not waited for.
    virtual void settled_to(const partition& of, std::int64_t offset) = 0;
};

}  // namespace billhook
