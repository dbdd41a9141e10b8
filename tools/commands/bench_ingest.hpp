#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/secret.hpp"
#include "tools/commands/bench_broker.hpp"
#include "tools/commands/bench_servers.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

struct ingest_bench {
    std::vector<measured_server> servers;
    secret key;                                     // of all of them
    std::optional<kafka::producer_settings> log{};  // into which they write
    std::size_t bytes = 3'000;                      // of a body, at least
    measuring load;
};

struct ingest_costs {
    std::size_t mean_bytes = 0;    // of a body
    std::vector<server_cost> all;  // bare Beast, with the HMAC, then the servers
    // At half of the first server's rate; empty where no log was named, or it did not take all.
    std::optional<broker_times> broker{};
};

// Whole requests, a body each, as Stripe posts them; signed now, which is good for five minutes.
[[nodiscard]] std::vector<std::string> requests_of(
    const std::vector<std::string>& bodies,
    const simulator::webhook_url& to,
    const secret& key
);

// Posts events of simulated lives, signed now. Blocks; this process must have one thread. Throws
// std::system_error if a server cannot be reached or its process is not there, and kafka::failure.
[[nodiscard]] ingest_costs measure_ingest(const ingest_bench& how, const catalogue& plans);

}  // namespace billhook
