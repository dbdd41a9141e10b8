#pragma once

#include <chrono>
#include <mutex>

namespace billhook::stripe {

struct circuit_limits {
    int failures = 5;                       // in a row, then nobody asks
    std::chrono::milliseconds open{5'000};  // until one tries again, and the others once it did
};

// Spares callers the wait for a Stripe that does not answer. Closed: everybody asks. Open: nobody
// does, but one at the end of each span, whose answer closes it. Any thread. A refusal is an
// answer.
class circuit {
public:
    using time = std::chrono::steady_clock::time_point;

    explicit circuit(const circuit_limits& limits) : limits_(limits) {}

    // Whoever is told true says `answered` or `failed` afterwards.
    [[nodiscard]] bool may_ask(time now);
    void answered();
    void failed(time now);
    [[nodiscard]] bool is_open() const;

private:
    circuit_limits limits_;
    mutable std::mutex guard_;
    int failures_ = 0;  // in a row
    time next_try_{};
};

}  // namespace billhook::stripe
