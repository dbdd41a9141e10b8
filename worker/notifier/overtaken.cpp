#include "worker/notifier/overtaken.hpp"

namespace billhook {
namespace {

std::string_view of_step(const notice_circumstances& around) {
    if (around.status == "canceled") {
        return "subscription_canceled";
    }
    if (!around.open_case) {
        return "case_closed";
    }
    return around.told_since ? "told_since" : "";
}

std::string_view of_access(const notice_circumstances& around) {
    const auto why = of_step(around);
    return !why.empty() || around.counts ? why : "another_counts";
}

std::string_view of_recovery(const notice_circumstances& around) {
    if (around.status == "canceled") {
        return "subscription_canceled";
    }
    if (around.open_case) {
        return "failing_again";
    }
    return around.told_since ? "told_since" : "";
}

std::string_view of_trial(const notice& what, const notice_circumstances& around) {
    if (around.status != "trialing" || !what.trial_end || *what.trial_end <= around.now) {
        return "trial_over";
    }
    return around.trial_end == what.trial_end ? "" : "trial_moved";
}

}  // namespace

std::string_view why_overtaken(const notice& what, const notice_circumstances& around) {
    switch (what.kind) {
        case notice_kind::payment_failed:
        case notice_kind::action_required:
        case notice_kind::reminder:
            return of_step(around);
        case notice_kind::final_warning:
        case notice_kind::access_restricted:
        case notice_kind::access_removed:
            return of_access(around);
        case notice_kind::recovered:
            return of_recovery(around);
        case notice_kind::canceled:
            if (around.status != "canceled") {
                return "not_canceled";
            }
            return around.another_alive ? "another_alive" : "";
        case notice_kind::trial_ending:
            return of_trial(what, around);
        case notice_kind::grant_ending:
            return around.granted ? "" : "grant_over";
    }
    return "";
}

}  // namespace billhook
