#pragma once

#include "tests/loads/target.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>

#include <array>
#include <atomic>
#include <cstddef>
#include <string_view>
#include <thread>

namespace billhook::testing {

struct attacker;

// One kind of load: what each of its clients does, again and again.
struct load {
    std::string_view name;
    std::string_view what;
    std::size_t clients;
    boost::asio::awaitable<void> (*once)(attacker& me);
};

// What attackers saw.
struct attack_figures {
    std::atomic<std::size_t> connections{0};
    std::atomic<std::size_t> refused{0};  // closed before anything was answered
    std::atomic<std::size_t> served{0};
    std::atomic<std::size_t> busy{0};   // 503
    std::atomic<std::size_t> other{0};  // any other answer
};

[[nodiscard]] const std::array<load, 9>& all_loads();

// Runs a load from its construction to its destruction, on a thread of its own, from `addresses` of
// the loopback that are not the honest clients' (0: from theirs).
class attack {
public:
    attack(const target& to, const load& what, std::size_t clients, std::size_t addresses);
    ~attack();
    attack(const attack&) = delete;
    attack& operator=(const attack&) = delete;

    [[nodiscard]] const attack_figures& figures() const { return figures_; }

private:
    attack_figures figures_;
    boost::asio::io_context io_;
    std::thread thread_;
};

}  // namespace billhook::testing
