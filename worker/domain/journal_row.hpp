#pragma once

#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// The journal's one word for an event; the first that fits, in this order.
enum class outcome : std::uint8_t {
    mode_mismatch,
    other_account,
    other_mode,
    ignored,
    applied,
    stale
};
[[nodiscard]] std::string_view to_word(outcome what);

struct record_position {
    std::string topic;
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    friend auto operator<=>(const record_position&, const record_position&) = default;
};

// S.events, one row an event id. The columns up to `api_version` come from the greatest body by
// (api version, created, type, object, customer).
struct journal_row {
    event_id id;
    std::string type;
    std::string object;
    std::optional<customer_id> customer;
    std::optional<instant> created;
    std::string api_version;
    record_position at;  // of the first arrival
    instant received_at{};
    outcome became = outcome::ignored;
    std::int64_t deliveries = 0;

    friend bool operator==(const journal_row&, const journal_row&) = default;
};
void columns(row_of<journal_row> auto& row, const auto& column) {
    column("id", row.id);
    column("type", row.type);
    column("object", row.object);
    column("customer", row.customer);
    column("created", row.created);
    column("api_version", row.api_version);
    column("topic", row.at.topic);
    column("partition", row.at.partition);
    column("record_offset", row.at.offset);
    column("received_at", row.received_at);
    column("outcome", row.became);
    column("deliveries", row.deliveries);
}

}  // namespace billhook
