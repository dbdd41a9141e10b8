#include "schemas/io/stripe_api/circuit.hpp"

namespace billhook::stripe {

bool circuit::may_ask(time now) {
    const std::lock_guard lock(guard_);
    if (failures_ < limits_.failures) {
        return true;
    }
    if (now < next_try_) {
        return false;
    }
    next_try_ = now + limits_.open;  // the others wait for what becomes of this one
    return true;
}

void circuit::answered() {
    const std::lock_guard lock(guard_);
    failures_ = 0;
}

void circuit::failed(time now) {
    const std::lock_guard lock(guard_);
    if (failures_ < limits_.failures) {
        ++failures_;
    }
    next_try_ = now + limits_.open;
}

bool circuit::is_open() const {
    const std::lock_guard lock(guard_);
    return failures_ >= limits_.failures;
}

}  // namespace billhook::stripe
