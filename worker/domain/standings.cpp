#include "worker/domain/standings.hpp"

namespace billhook {

std::string_view to_word(reason what) {
    switch (what) {
        case reason::trial:
            return "trial";
        case reason::trial_over:
            return "trial_over";
        case reason::incomplete:
            return "incomplete";
        case reason::trialing:
            return "trialing";
        case reason::paid:
            return "paid";
        case reason::settled:
            return "settled";
        case reason::grace:
            return "grace";
        case reason::restricted:
            return "restricted";
        case reason::unpaid:
            return "unpaid";
        case reason::paused:
            return "paused";
        case reason::canceled:
            return "canceled";
        case reason::unknown_status:
            return "unknown_status";
        case reason::unknown:
            return "unknown";
        case reason::ended:
            return "ended";
        case reason::exempt:
            return "exempt";
        case reason::fallback:
            return "fallback";
        case reason::granted:
            return "granted";
    }
    return {};
}

std::string_view to_word(notice_state what) {
    switch (what) {
        case notice_state::sent:
            return "sent";
        case notice_state::skipped:
            return "skipped";
        case notice_state::covered:
            return "covered";
    }
    return {};
}

}  // namespace billhook
