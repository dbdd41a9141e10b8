#pragma once

#include "schemas/messages/notice.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What is recorded of notices.
namespace billhook {

// How a step of a case was recorded for one of its members: it was the one that was sent, it was
// passed over (a later step was due as well), or another member had it before.
enum class notice_state : std::uint8_t { sent, skipped, covered };
[[nodiscard]] std::string_view to_word(notice_state what);

// A row of billhook.notices; (subscription, member, step) is the key, so that no member of a case
// gets a step twice (tests/README.md, "I6"). `member` is one of a case's; of `canceled`,
// `trial_ending` and `grant_ending` it is the subscription.
struct recorded_notice {
    subscription_id subscription;
    std::string member;
    std::string step;
    notice_state state = notice_state::sent;
    friend auto operator<=>(const recorded_notice&, const recorded_notice&) = default;
};
void columns(row_of<recorded_notice> auto& row, const auto& column) {
    column("subscription", row.subscription);
    column("member", row.member);
    column("step", row.step);
    column("state", row.state);
}

// What falls due at once for one step: the rows to record, and the notice to send if none of the
// members had the step before.
struct due_notice {
    std::string id;  // of the notice; also that of rows that are recorded without sending
    notice_kind kind = notice_kind::payment_failed;
    std::optional<notice> sent;
    std::vector<recorded_notice> rows;
    friend bool operator==(const due_notice&, const due_notice&) = default;
};

}  // namespace billhook
