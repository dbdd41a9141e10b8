#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/secret.hpp"
#include "tools/simulator/courier.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace billhook {

// A gateway that runs on this machine: whose processor is measured, and where to post.
struct measured_server {
    std::string name;
    pid_t process = 0;
    simulator::webhook_url url;
};
// Of "NAME,PID,URL".
[[nodiscard]] std::optional<measured_server> parse_measured_server(std::string_view text);

struct ingest_bench {
    std::vector<measured_server> servers;
    secret key;                 // of all of them
    std::size_t bytes = 3'000;  // of a body, at least
    std::size_t connections = 64;
    std::chrono::seconds each{3};  // a round of one server
    int rounds = 3;                // the servers in turn
};

struct ingest_cost {
    std::string name;
    std::size_t accepted = 0;
    std::size_t refused = 0;
    double rate = 0;          // posts a second, each connection as fast as it is answered
    double processor_us = 0;  // user and system, a post
    double p99_ms = 0;        // in those rounds
    double half_p50_ms = 0;   // at half of that rate, open loop
    double half_p99_ms = 0;
    double most_mebibytes = 0;  // resident, ever
};

struct ingest_costs {
    std::size_t mean_bytes = 0;    // of a body
    std::vector<ingest_cost> all;  // bare Beast, with the HMAC, then the servers; medians of rounds
};

// Posts events of simulated lives, signed now. Blocks; this process must have one thread. Throws
// std::system_error if a server cannot be reached or its process is not there.
[[nodiscard]] ingest_costs measure_ingest(const ingest_bench& how, const catalogue& plans);

}  // namespace billhook
