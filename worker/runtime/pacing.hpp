#pragma once

#include <chrono>

namespace billhook {

// Port: time to wait by, and the wish to end. No decision about a standing reads it.
struct pacing {
    virtual ~pacing() = default;
    virtual bool stopping() = 0;
    // At most `span`; a stop request ends it.
    virtual void wait(std::chrono::milliseconds span) = 0;
    virtual std::chrono::steady_clock::time_point now() = 0;
};

}  // namespace billhook
