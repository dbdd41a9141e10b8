#pragma once

#include "schemas/types/ids.hpp"

#include <mutex>
#include <optional>
#include <set>
#include <utility>

namespace billhook::api {

// One change of an organization at a time in this process. It spares Stripe and its caller a race;
// that nothing is doubled rests on idempotency keys, which hold between processes, too. Any thread.
class operations {
public:
    class permit {
    public:
        permit(operations& of, organization_id whose) : of_(&of), whose_(std::move(whose)) {}
        permit(permit&& other) noexcept
            : of_(std::exchange(other.of_, nullptr)), whose_(std::move(other.whose_)) {}
        permit& operator=(permit&&) = delete;
        ~permit() {
            if (of_ != nullptr) {
                of_->end(whose_);
            }
        }

    private:
        operations* of_;
        organization_id whose_;
    };

    // Nothing: another one is under way.
    [[nodiscard]] std::optional<permit> begin(const organization_id& whose) {
        const std::lock_guard lock(guard_);
        return running_.insert(whose).second ? std::optional<permit>(std::in_place, *this, whose)
                                             : std::nullopt;
    }

private:
    void end(const organization_id& whose) {
        const std::lock_guard lock(guard_);
        running_.erase(whose);
    }

    std::mutex guard_;
    std::set<organization_id> running_;
};

}  // namespace billhook::api
