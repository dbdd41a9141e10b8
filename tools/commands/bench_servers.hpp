#pragma once

#include "tools/commands/bench_bare.hpp"
#include "tools/simulator/courier.hpp"

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

// What a request costs servers on this machine, one beside the other.
namespace billhook {

// User and system, of all threads. Throws std::system_error if there is no such process.
[[nodiscard]] double processor_seconds(pid_t process);

// Resident, ever. Throws as that does.
[[nodiscard]] double most_resident_mebibytes(pid_t process);
// Of a Postgres server, by the number of one of its sessions: of all its processes but that one,
// ended ones too. Nothing if it does not run on this machine.
[[nodiscard]] std::optional<double> postgres_seconds(pid_t session);

// A server that runs on this machine: whose processor is measured, and what to ask.
struct measured_server {
    std::string name;
    pid_t process = 0;
    simulator::webhook_url url;
};
// Of "NAME,PID,URL".
[[nodiscard]] std::optional<measured_server> parse_measured_server(std::string_view text);

// Blocks; throws std::system_error.
[[nodiscard]] boost::asio::ip::tcp::endpoint resolved(const simulator::webhook_url& url);

struct contender {
    std::string name;
    pid_t process = 0;
    boost::asio::ip::tcp::endpoint at;
    // Whole requests, sent in turn; made anew for each round, for some are good for minutes alone.
    std::function<std::vector<std::string>()> requests;
};
using requests_to = std::function<std::vector<std::string>(const simulator::webhook_url&)>;
// Its name is resolved: blocks, throws std::system_error. `requests` stays with the contender.
[[nodiscard]] contender contender_from(const measured_server& what, const requests_to& requests);
[[nodiscard]] contender contender_from(
    std::string name,
    const bare_server& what,
    const requests_to& requests
);

struct measuring {
    std::size_t connections = 64;  // to each
    std::chrono::seconds each{3};  // a round of one server, and again at half its rate
    int rounds = 3;                // the servers in turn, after a short one that is not counted
};

struct server_cost {
    std::string name;
    std::size_t accepted = 0;
    std::size_t refused = 0;
    double rate = 0;          // answers a second, each connection as fast as it is answered
    double processor_us = 0;  // user and system, an answer
    double p99_ms = 0;        // in those rounds
    double half_p50_ms = 0;   // at half of that rate, open loop
    double half_p99_ms = 0;
    double most_mebibytes = 0;  // resident, ever
};

// Medians of the rounds, in the order given. Blocks; this process must have one thread. Throws
// std::system_error if a server's process is not there.
[[nodiscard]] std::vector<server_cost> measure_servers(
    const std::vector<contender>& all,
    const measuring& how
);

// How the costs are headed.
struct costs_words {
    std::string about;           // of the first column
    std::string rate;            // "posts/s"
    std::string_view json_rate;  // "posts_per_second"
};
// The first one is what the others are compared with.
[[nodiscard]] std::string text_of_servers(
    const std::vector<server_cost>& all,
    const costs_words& words
);
// The members of one object each, as an array.
[[nodiscard]] std::string json_of_servers(
    const std::vector<server_cost>& all,
    const costs_words& words
);

}  // namespace billhook
