#pragma once

#include <chrono>

namespace billhook {

// The process's wish to end, from SIGINT, SIGTERM or `request`. Never taken back. One at a time in
// a process (asserted), built by main before any other thread; while it lives the two signals are
// its own: the first requests the stop, the second ends the process at once with exit code 1. It
// also ignores SIGPIPE and SIGHUP, for good: a terminal that closes, or a reload that means nothing
// here, ends no process. All members may be called from any thread.
class stop {
public:
    stop();
    ~stop();  // gives the two signals back
    stop(const stop&) = delete;
    stop& operator=(const stop&) = delete;

    void request() noexcept;
    [[nodiscard]] bool requested() const noexcept;
    // Blocks until the stop is requested or the span is over; true if requested.
    [[nodiscard]] bool wait_for(std::chrono::milliseconds span) const;
    // Becomes readable with the request and stays so: for an io_context or poll(). Never read it.
    // Owned by this object.
    [[nodiscard]] int descriptor() const noexcept { return descriptor_; }

private:
    int descriptor_;
};

}  // namespace billhook
