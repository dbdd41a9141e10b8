#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
#include <optional>
#include <string>

namespace billhook::simulator {

// How far something long has come, on standard error: one line that is drawn again where that is a
// terminal, else a plain line every few seconds. Draws at most ten times a second. One thread.
class progress {
public:
    explicit progress(std::string label);
    progress(const progress&) = delete;
    progress& operator=(const progress&) = delete;
    ~progress();  // ends a line that was drawn

    // `note` stands behind the numbers: "12 retries". The rate is that since the first call: what
    // was done before it took none of the time.
    void show(std::size_t done, std::size_t total, const std::string& note = "");

private:
    using steady = std::chrono::steady_clock;

    std::string label_;
    bool terminal_;
    bool drawn_ = false;
    std::optional<std::size_t> begun_at_;
    steady::time_point started_;
    steady::time_point next_;
};

// "50 of 100, 5/s, 10 s left": what `show` writes, without the bar. `begun_at` were done before.
[[nodiscard]] std::string progress_text(
    std::size_t done,
    std::size_t total,
    std::chrono::duration<double> elapsed,
    std::size_t begun_at = 0
);

}  // namespace billhook::simulator
