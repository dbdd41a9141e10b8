#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/types/secret.hpp"
#include "tools/commands/bench_servers.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>

namespace billhook {

struct latency_bench {
    measured_server gateway;
    pid_t worker = 0;
    secret key;  // of the gateway's endpoint
    double rate = 500;
    std::chrono::seconds how_long{20};
    std::size_t connections = 64;
    std::chrono::milliseconds look{2};  // between two looks into the database
};

// Milliseconds.
struct latency_spread {
    double p50 = 0;
    double p99 = 0;
    double greatest = 0;
};

struct latency_costs {
    std::size_t posts = 0;
    std::size_t refused = 0;  // by the gateway
    std::size_t unseen = 0;   // accepted, and not folded a minute after the last
    double rate = 0;          // accepted a second
    // From a post's first byte sent.
    latency_spread answered;  // to its 200
    latency_spread visible;   // to its fold
    latency_spread between_looks;
    latency_spread late;  // from the time at which a post was due to its first byte
    // User and system, an event.
    double gateway_us = 0;
    double worker_us = 0;
    double bench_us = 0;                // this process
    std::optional<double> postgres_us;  // all processes but this one's session
    double gateway_mebibytes = 0;       // resident, ever
    double worker_mebibytes = 0;
};

// Posts events of simulated lives, in their order and each at its own time, and looks into the
// database, from another thread and over its own connection, how far each partition of the live
// projection is folded: journal, standings and that are one transaction's. The look that first
// shows an event came after it was visible, by at most the time since the one before. Blocks;
// throws std::system_error if a process is not there, and what `postgres::classify` knows.
[[nodiscard]] latency_costs measure_latency(
    const postgres::connect_options& database,
    const latency_bench& how,
    const catalogue& plans
);

// For people, and as one JSON object.
[[nodiscard]] std::string text_of(const latency_costs& all);
[[nodiscard]] std::string json_of(const latency_costs& all);

}  // namespace billhook
