#pragma once

#include "schemas/types/secret.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {

// Where to post: "http://host:port/path".
struct webhook_url {
    std::string host;  // IPv6 without brackets
    std::string port = "80";
    std::string path = "/";
};
[[nodiscard]] std::optional<webhook_url> parse_webhook_url(std::string_view text);

// Events from several endpoints of Stripe's may go to one URL; each has its own secret.
struct courier_settings {
    webhook_url url;
    secret key;
    std::size_t connections = 8;
    double rate = 0;                   // posts a second over all; 0: as fast as it goes
    std::chrono::seconds timeout{30};  // of one attempt
    // Attempts for a 5xx, a timeout or a broken connection; a 4xx is tried thrice at most.
    int attempts = 60;
    std::chrono::milliseconds longest_pause{2'000};  // between two attempts; they rise from 50 ms
};

// Posts of one lane keep their order: the next begins when the one before was answered.
struct post {
    std::string_view body;
    std::size_t lane = 0;
};

struct tally {
    std::size_t total = 0;
    std::size_t done = 0;                // accepted or given up
    std::size_t accepted = 0;            // 200
    std::size_t repeated = 0;            // attempts beyond a post's first
    std::map<int, std::size_t> answers;  // by status; 0: no answer

    [[nodiscard]] std::size_t given_up() const { return done - accepted; }
};

// Signs each body anew for each attempt, posts it byte for byte over keep-alive connections and
// tries again as Stripe does, within bounds. Returns when every post was accepted or given up; the
// answer's second part is each post's last status (0: none came), in the order of `posts`. Blocks;
// calls `progress` on this thread after every post. Throws boost::system::system_error if the host
// cannot be resolved.
struct delivered {
    tally counts;
    std::vector<int> statuses;
};
[[nodiscard]] delivered deliver(
    std::span<const post> posts,
    const courier_settings& settings,
    const std::function<void(const tally&)>& progress
);

}  // namespace billhook::simulator
