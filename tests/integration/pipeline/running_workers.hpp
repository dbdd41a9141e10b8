#pragma once

#include "tests/builders/kafka/topic.hpp"
#include "tests/builders/postgres/database.hpp"
#include "worker/pipeline/run.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace billhook::testing {

struct worker_habits {
    std::size_t workers = 1;
    std::size_t batch_records = 500;
    std::chrono::milliseconds linger{20};
    std::chrono::milliseconds lease{2500};
    std::chrono::milliseconds clock{1000};
    std::chrono::milliseconds horizon{200};
};

// Whole workers on threads of this process, each with a consumer and a clock of its own, as the
// role that a worker has: they meet only in the broker and the database, like processes. Stopped
// cleanly when destroyed. One at a time in a process.
class running_workers {
public:
    running_workers(
        const builders::database& state,
        const builders::topic& log,
        const worker_habits& habits
    );
    ~running_workers();
    running_workers(const running_workers&) = delete;
    running_workers& operator=(const running_workers&) = delete;

    // Ends them cleanly and waits.
    void end();
    // A thread ended although nobody asked it to.
    [[nodiscard]] bool gave_up() const;
    // What each worker has committed so far.
    [[nodiscard]] std::vector<double> batches() const;
    [[nodiscard]] double ticks() const;
    [[nodiscard]] double retries() const;
    [[nodiscard]] double lost_claims() const;
    [[nodiscard]] std::string log_text() const;

private:
    struct shared;
    struct one;
    std::unique_ptr<shared> all_;
    std::vector<std::unique_ptr<one>> workers_;
};

// The schema of the live projection.
[[nodiscard]] std::string live_schema(builders::database& state);

// Asks now and then until the answer is yes; false if that takes too long or a worker gives up.
[[nodiscard]] bool eventually(
    const running_workers& by,
    std::chrono::seconds patience,
    const std::function<bool()>& answer
);

// Waits until every record below the log's present end is folded; false if that takes too long or a
// worker gives up.
[[nodiscard]] bool folded(
    builders::database& state,
    const builders::topic& log,
    const running_workers& by,
    std::chrono::seconds patience
);

}  // namespace billhook::testing
