#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/log.hpp"

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

namespace billhook {

// One thread's sign of life.
class heartbeat {
public:
    // Any step counts, also one that failed: only a thread that hangs in a call is caught.
    void beat() noexcept { beats_.fetch_add(1, std::memory_order_relaxed); }
    [[nodiscard]] std::uint64_t beats() const noexcept { return beats_.load(); }
    // The socket of the thread's database, where a call waits for as long as a server that is
    // frozen pleases; -1: none. Said again before it is closed.
    void waits_on(int socket);
    // Shuts it down, which ends such a wait with a failure. False if there is none. Any thread.
    bool cut();

private:
    std::atomic<std::uint64_t> beats_{0};
    std::mutex guard_;
    int socket_ = -1;
};

// Cuts a thread's connection when it took no step for half of `patience`, so that a database that
// is frozen ends no process, and ends the process at once (`_exit(1)`) when it took none for all of
// it: its leases expire and another worker goes on. A thread of its own; does nothing before
// `start`.
class watchdog {
public:
    watchdog(std::chrono::milliseconds patience, log& lines);
    ~watchdog();
    watchdog(const watchdog&) = delete;
    watchdog& operator=(const watchdog&) = delete;

    // Before `start`. The reference lives as long as the watchdog. `name` is for the log.
    [[nodiscard]] heartbeat& watch(std::string name);
    void start();
    // A clean stop began: unless `end` is called within `span`, the process ends with this code,
    // whatever its threads still wait for. What was under way is in the log still.
    void end_within(std::chrono::milliseconds span, exit_code how);
    // No more watching; before the watched threads end.
    void end();

private:
    struct watched {
        std::string name;
        heartbeat signs;
    };
    struct limit {
        std::chrono::steady_clock::time_point until;
        exit_code how;
    };
    void run();
    void check_limit();

    std::chrono::milliseconds patience_;
    log& lines_;
    std::deque<watched> watched_;
    std::mutex guard_;
    std::condition_variable wake_;
    bool ending_ = false;
    std::optional<limit> limit_;
    std::thread thread_;
};

}  // namespace billhook
