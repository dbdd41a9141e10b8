#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <chrono>
#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// What posting came to.
struct posted {
    std::size_t accepted = 0;  // answered 200
    std::size_t refused = 0;   // all other answers, and connections that ended
    std::chrono::duration<double> seconds{};
    std::vector<std::chrono::microseconds> took;  // of those accepted, rising

    [[nodiscard]] double rate() const;
    // Of so many in a thousand; zero if there is none.
    [[nodiscard]] std::chrono::microseconds quantile(std::size_t of_thousand) const;
};

// One post and its answer.
struct exchange_times {
    std::size_t number = 0;  // of all posts, in the order in which they were due
    std::chrono::steady_clock::time_point due;
    std::chrono::steady_clock::time_point sent;      // just before its first byte
    std::chrono::steady_clock::time_point answered;  // its answer had come whole
    bool is_accepted = false;                        // by a 200
};

struct posting {
    boost::asio::ip::tcp::endpoint to;
    std::span<const std::string> requests;  // whole ones, posted in turn
    std::size_t connections = 64;
    std::chrono::seconds how_long{5};
    // Posts a second over all connections, each at its own time whether or not those before were
    // answered (what waited for its connection counts from its own time). Without: each connection
    // posts as soon as it was answered.
    std::optional<double> rate;
    // Told of each exchange, on the same thread; may be empty.
    std::function<void(const exchange_times&)> each;
};

// Posts over connections that are kept. Blocks, on this thread alone.
[[nodiscard]] posted post_again_and_again(const posting& what);

}  // namespace billhook
