#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/plans_rows.hpp"
#include "schemas/types/result.hpp"
#include "worker/projections/acts.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

struct plans_change {
    std::int64_t version = 0;       // now in force
    std::size_t organizations = 0;  // all, assessed anew
    std::size_t changed = 0;        // whose answer is another
    std::size_t notices = 0;        // that were sent with it
    // Projections beside the live one: they have to be built again to their end.
    std::vector<std::string> to_replay;
};

enum class plans_refusal : std::uint8_t {
    superseded,  // others were applied since `from_version` was looked at
    busy,        // somebody held the projections for as long as `patience`
};
// A sentence for the operator, with what to do next.
[[nodiscard]] std::string to_text(plans_refusal why);

struct plans_wish {
    const plans_text& next;
    std::int64_t from_version = 0;  // that the wish was made against
    std::chrono::milliseconds patience{30'000};
    std::optional<acting> by{};  // recorded with it
};

// Puts `next` in force and assesses every organization by it, all in one transaction: no snapshot
// shows a standing that the plans in force do not explain (tests/README.md, "I11"), and whoever is
// killed at any moment leaves all or nothing. It holds the projections alone meanwhile: open units
// end first, later ones find another generation and begin anew with the new plans; nothing is lost,
// workers only wait. `owner` is Billhook's owner or may act as it. `progress` is told how many are
// assessed. Throws what `classify` knows.
[[nodiscard]] result<plans_change, plans_refusal> change_plans(
    postgres::connection& owner,
    const plans_wish& wish,
    const std::function<void(std::size_t)>& progress
);

}  // namespace billhook
