#pragma once

#include "tests/simulation/sim_database.hpp"
#include "worker/pipeline/run.hpp"

#include <chrono>

namespace billhook::simulation {

// Time only passes by waiting, so no test waits.
class sim_pacing final : public pacing {
public:
    // A wish to stop stays.
    bool stopping() override {
        stopped_ = stopped_ || (polls_ > 0 && --polls_ == 0);
        return stopped_;
    }
    void wait(std::chrono::milliseconds span) override { now_ += span; }
    std::chrono::steady_clock::time_point now() override {
        return now_ += std::chrono::milliseconds{1};
    }
    void stop_after(unsigned questions) { polls_ = questions; }

private:
    unsigned polls_ = 0;
    bool stopped_ = false;
    std::chrono::steady_clock::time_point now_{};
};

// The same with the server's time, which all who share a database share.
class shared_pacing final : public pacing {
public:
    explicit shared_pacing(sim_database& with) : with_(with) {}
    bool stopping() override { return false; }
    void wait(std::chrono::milliseconds span) override { with_.now += span; }
    std::chrono::steady_clock::time_point now() override {
        return std::chrono::steady_clock::time_point{with_.now.time_since_epoch()};
    }

private:
    sim_database& with_;
};

}  // namespace billhook::simulation
