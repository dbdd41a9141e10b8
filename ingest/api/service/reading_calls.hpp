#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/api/calls/target.hpp"
#include "ingest/api/service/backends.hpp"
#include "ingest/api/service/writing_calls.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace billhook::api {

// A call that only reads what the fold knows, and what the plans cost.
struct reading_call {
    call what;
    caller who;
    std::string if_none_match;                    // empty: none
    std::chrono::steady_clock::time_point until;  // then the caller has gone
};

// The answer to a call for a standing, of which the row is all that the store has. Blocks, if there
// is none; throws store_unavailable.
[[nodiscard]] http::response standing_of(
    const reading_call& asked,
    std::optional<standing_row> found,
    standing_store& state
);

// Of any other. Blocks. Throws store_unavailable.
[[nodiscard]] http::response answer_to(
    const reading_call& asked,
    backends& of,
    const stripe_side& with
);

}  // namespace billhook::api
