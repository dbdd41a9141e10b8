#include "schemas/io/process/clock.hpp"

#include <thread>

namespace billhook {

instant system_clock::now() const {
    return std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
}

void system_clock::sleep(std::chrono::milliseconds span) {
    std::this_thread::sleep_for(span);
}

}  // namespace billhook
