#pragma once

#include "schemas/types/instant.hpp"

#include <chrono>

namespace billhook {

// Port: the machine's time. For timeouts, pauses, `received-at` and the signature's tolerance; no
// decision about a standing ever reads it. Implementations may be called from any thread.
struct clock {
    virtual ~clock() = default;
    [[nodiscard]] virtual instant now() const = 0;
    // Blocks the calling thread. Not woken by a stop request: whoever must be, waits by `stop`.
    virtual void sleep(std::chrono::milliseconds span) = 0;
};

class system_clock final : public clock {
public:
    [[nodiscard]] instant now() const override;
    void sleep(std::chrono::milliseconds span) override;
};

}  // namespace billhook
