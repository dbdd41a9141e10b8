#pragma once

#include <chrono>
#include <cstddef>
#include <cstdio>
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

    // `note` stands behind the numbers: "12 retries".
    void show(std::size_t done, std::size_t total, const std::string& note = "");

private:
    using steady = std::chrono::steady_clock;

    std::string label_;
    bool terminal_;
    bool drawn_ = false;
    steady::time_point started_;
    steady::time_point next_;
};

// "1,234 events, 812/s, 9 s left": what `show` writes, without the bar.
[[nodiscard]] std::string progress_text(
    std::size_t done,
    std::size_t total,
    std::chrono::duration<double> elapsed
);

}  // namespace billhook::simulator
