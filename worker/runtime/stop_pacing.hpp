#pragma once

#include "schemas/io/process/stop.hpp"
#include "worker/runtime/pacing.hpp"

namespace billhook {

// A thread's pace by the machine's clock and the process's wish to end.
class stop_pacing final : public pacing {
public:
    explicit stop_pacing(const stop& wish) : wish_(wish) {}
    bool stopping() override { return wish_.requested(); }
    void wait(std::chrono::milliseconds span) override { static_cast<void>(wish_.wait_for(span)); }
    std::chrono::steady_clock::time_point now() override {
        return std::chrono::steady_clock::now();
    }

private:
    const stop& wish_;
};

}  // namespace billhook
