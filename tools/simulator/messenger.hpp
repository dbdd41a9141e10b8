#pragma once

#include "tools/simulator/courier.hpp"

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

namespace billhook::simulator {

// Posts bodies in their order, signed as Stripe signs, on a thread of its own: whoever hands them
// over does not wait.
class messenger {
public:
    // `lost` hears, on that thread, of bodies that nobody took.
    messenger(courier_settings where, std::function<void(const delivered&)> lost);
    // Posts what is left first.
    ~messenger();
    messenger(const messenger&) = delete;
    messenger& operator=(const messenger&) = delete;

    // Any thread.
    void take(std::vector<std::string> bodies);

private:
    void run();

    courier_settings where_;
    std::function<void(const delivered&)> lost_;
    std::mutex guard_;  // of the two below
    std::vector<std::string> waiting_;
    bool ending_ = false;
    std::condition_variable news_;
    std::thread thread_;
};

}  // namespace billhook::simulator
