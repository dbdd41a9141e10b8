#pragma once

#include "schemas/io/postgres/connection.hpp"

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <map>
#include <optional>
#include <string>
#include <sys/types.h>
#include <thread>
#include <vector>

namespace billhook {

// Of a record of stripe.events.
struct log_place {
    std::int32_t partition = 0;
    std::int64_t offset = 0;
};

// Looks again and again, on a thread and over a connection of its own, how far the partitions of
// the live projection are folded for whoever reads it.
class fold_watch {
public:
    using steady = std::chrono::steady_clock;

    // Connects; throws what `postgres::classify` knows.
    fold_watch(const postgres::connect_options& database, std::chrono::milliseconds every);
    ~fold_watch();

    [[nodiscard]] pid_t session() const { return session_; }
    void begin();
    // Waits until so many records more than at the beginning are folded, then ends the thread;
    // false after `patience`. Throws what the thread met.
    bool end_after(std::size_t records, std::chrono::seconds patience);

    // After the end: when a look first showed the record folded; empty if none did.
    [[nodiscard]] std::optional<steady::time_point> seen(const log_place& of) const;
    [[nodiscard]] const std::vector<steady::duration>& between_looks() const { return between_; }

private:
    struct sighting {
        std::int64_t next_offset = 0;
        steady::time_point at;
    };
    void look_on();
    void look();

    postgres::connection connection_;
    std::chrono::milliseconds every_;
    pid_t session_ = 0;
    std::atomic<bool> ends_{false};
    std::atomic<std::int64_t> folded_{0};  // of all partitions
    std::int64_t folded_before_ = 0;
    std::exception_ptr failed_;
    std::map<std::int32_t, std::vector<sighting>> sightings_;  // rising
    std::vector<steady::duration> between_;                    // beginnings of two looks
    std::optional<steady::time_point> last_;
    std::thread thread_;
};

}  // namespace billhook
