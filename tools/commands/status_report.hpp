#pragma once

#include "schemas/io/kafka/inspector.hpp"
#include "schemas/types/instant.hpp"

#include <pqxx/connection>

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

struct partition_status {
    std::int32_t partition = 0;
    std::int64_t first_offset = 0;
    std::int64_t next_offset = 0;
    std::optional<std::int64_t> end;  // the log's, asked now; empty if Kafka does not answer
    std::optional<instant> complete_to;
    std::optional<instant> halted;
    std::optional<std::string> holder;  // of the lease, while it lasts

    [[nodiscard]] std::int64_t lag() const { return end ? *end - next_offset : 0; }
};

// Where the live projection stands; its counts are of one snapshot of the database.
struct status_report {
    std::string projection;
    std::vector<partition_status> partitions;
    instant horizon{};     // 1970 while a partition was never complete
    std::int64_t due = 0;  // standings due at the horizon
    std::int64_t consumed = 0;
    std::int64_t deliveries = 0;
    std::map<std::string, std::int64_t> journal;  // by outcome
    std::int64_t dead_letters = 0;
    std::int64_t ambiguous = 0;           // objects
    std::int64_t unmapped = 0;            // customers
    std::int64_t conflicting_claims = 0;  // customers that two sources map to two organizations
    std::int64_t unlisted = 0;            // organizations that pay prices of no list
    std::vector<std::string> unlisted_prices;  // the first hundred of them, sorted
    std::int64_t outbox = 0;                   // messages that wait to be relayed
    std::optional<instant> outbox_since;       // the first of them
    std::optional<std::string> relay;          // who sends them, while its lease lasts

    // Nothing while the end of a partition is not known.
    [[nodiscard]] std::optional<std::int64_t> lag() const;
    [[nodiscard]] std::string json() const;
    [[nodiscard]] std::string text() const;
};

// Empty without a live projection. Throws pqxx's errors; a broker that does not answer only leaves
// the ends empty.
[[nodiscard]] std::optional<status_report> read_status(pqxx::connection& in, kafka::inspector& log);

}  // namespace billhook
