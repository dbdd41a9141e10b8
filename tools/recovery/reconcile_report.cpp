#include "tools/recovery/reconcile_report.hpp"

#include <algorithm>

namespace billhook {

std::string_view to_word(recovered_kind kind) {
    switch (kind) {
        case recovered_kind::customer:
            return "customer";
        case recovered_kind::subscription:
            return "subscription";
        case recovered_kind::subscription_schedule:
            return "subscription_schedule";
        case recovered_kind::invoice:
            return "invoice";
        case recovered_kind::checkout_session:
            return "checkout_session";
    }
    return "";
}

bool divergence::open() const {
    return !healed && cause != divergence_cause::misnamed && cause != divergence_cause::assumed;
}

std::size_t reconcile_report::open() const {
    return static_cast<std::size_t>(std::ranges::count_if(divergences, &divergence::open));
}

}  // namespace billhook
