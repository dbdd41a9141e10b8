#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/api/calls/target.hpp"
#include "ingest/api/service/backends.hpp"
#include "schemas/plans/catalogue.hpp"

#include <string>

namespace billhook::api {

// A call that only reads what the fold knows.
struct reading_call {
    call what;
    caller who;
    std::string if_none_match;  // empty: none
};

// Blocks. Throws store_unavailable.
[[nodiscard]] http::response answer_to(
    const reading_call& asked,
    standing_store& state,
    const catalogue& plans
);

}  // namespace billhook::api
