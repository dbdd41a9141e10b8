#pragma once

#include "schemas/messages/publisher.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/memory_projection.hpp"
#include "worker/ledger/ledger.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook::simulation {

class sim_unit;

// What all simulated workers share: the committed state of one projection, as SQL would hold it.
struct sim_database {
    struct offset_row {
        std::int64_t next_offset = 0;
        std::int64_t epoch = 0;
        std::optional<std::string> fingerprint;
        std::optional<instant> complete_to;
        bool halted = false;
    };
    struct lease_row {
        std::string holder;
        instant until{};
    };
    struct application_row {
        std::optional<customer_id> customer;
        std::string status = "trial";
        std::optional<std::string> plan = "basic";
        std::optional<instant> created;
    };

    explicit sim_database(std::int32_t partitions_of_topic) : partitions(partitions_of_topic) {}

    std::int32_t partitions;
    builders::memory_projection tables{false};
    std::map<partition, offset_row> offsets;
    std::map<record_position, dead_record> dead_letters;
    std::map<std::string, lease_row> leases;
    std::map<std::int64_t, message> outbox;
    std::int64_t next_outbox_id = 1;
    std::map<organization_id, application_row> application;
    std::int64_t generation = 1;
    catalogue plans = builders::example_plans();

    // The server's clock: each question is a millisecond later than the one before.
    instant now = from_unix_seconds(1'769'904'000);
    instant ask_time() { return now += std::chrono::milliseconds{1}; }

    // Events that the tables refuse, with this SQLSTATE (22P05), and how often they did.
    std::set<event_id> poisoned;
    // Dead letters in all, and more than half of the records, that halt a partition.
    std::size_t dead_letters_allowed = 1'000;

    // Rises with every commit.
    std::uint64_t version = 0;
    // Row locks, by table and key. Whoever wants one that a sleeping transaction holds gets it: the
    // server ends sessions that idle in a transaction, and the sleeper finds its connection gone.
    std::map<std::string, sim_unit*> locks;

    // min(complete_to), 1970 while any partition has none.
    [[nodiscard]] instant horizon() const;
    // Deliveries over all journal rows.
    [[nodiscard]] std::int64_t deliveries() const;
    // Records below all offsets (which begin at 0).
    [[nodiscard]] std::int64_t consumed() const;
    // The projection's tables without what I4 lets differ, and the dead letters' places.
    [[nodiscard]] std::vector<std::string> dump() const;
};

}  // namespace billhook::simulation
