#include "tests/simulation/faults.hpp"

#include <utility>

namespace billhook::simulation {

std::optional<fault> faults::meet(std::string_view name) {
    const std::size_t call = names_.size();
    names_.emplace_back(name);
    if (interleaved_ == call) {
        meanwhile_();
    }
    if (always_) {
        always_();
    }
    if (failing_ == call) {
        return what_;
    }
    return std::nullopt;
}

void faults::fail(std::size_t call, fault what) {
    failing_ = call;
    what_ = what;
}

void faults::interleave(std::size_t call, std::function<void()> what) {
    interleaved_ = call;
    meanwhile_ = std::move(what);
}

}  // namespace billhook::simulation
