#pragma once

#include "schemas/io/process/clock.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

// What the journal lacks of Stripe's own list of events.
namespace billhook {

// Port: the journal of a projection.
struct journal {
    virtual ~journal() = default;
    // Those of the ids that it has no row for.
    [[nodiscard]] virtual std::set<event_id> lacking(std::span<const event_id> ids) = 0;
};

// Where a walk can go on: Stripe lists at most 20 types at once, so there are several walks.
struct backfill_position {
    std::size_t walk = 0;
    std::string after;  // the id of the last event that was dealt with; empty: none

    friend bool operator==(const backfill_position&, const backfill_position&) = default;
};
[[nodiscard]] std::string to_text(const backfill_position& at);  // "1:evt_1Nabc"
[[nodiscard]] std::optional<backfill_position> position_from(std::string_view text);

struct backfill_request {
    instant from{};
    std::optional<instant> to;       // both included, to the second
    std::vector<std::string> types;  // empty: all that Billhook uses
    backfill_position resume;
};

struct backfill_report {
    std::size_t pages = 0;
    std::size_t listed = 0;  // events that Stripe named
    std::size_t known = 0;   // of them in the journal
    std::size_t published = 0;
    backfill_position reached;  // everything before is dealt with
};

// Walks Stripe's events from the newest to the oldest and publishes what `books` lack, a page at a
// time. `report` is up to date after each page, also when this throws (stripe::failure,
// not_published, what the ports throw); from `reached` a later call goes on. Doing it again is
// harmless: a record that is in the log already is a duplicate. Blocks. `watch` is called after
// each page.
struct backfill_ports {
    stripe::client& from;
    journal& books;
    publisher& into;
    clock& time;
};
[[nodiscard]] std::optional<stripe::refusal> backfill(
    const backfill_ports& with,
    const backfill_request& what,
    backfill_report& report,
    const std::function<void(const backfill_report&)>& watch
);

}  // namespace billhook
