#pragma once

#include "worker/ledger/ledger.hpp"
#include "worker/pipeline/process.hpp"

#include <cstddef>

namespace billhook {

struct ticked {
    std::size_t claimed = 0;  // standings that were due; `limit` of them: there may be more
    processed result;
};

// The second half alone: assesses up to `limit` standings that are due at the horizon and held by
// nobody else. `not_owner`: the projection is no longer the one we write.
[[nodiscard]] ticked tick(ledger& books, std::size_t limit);

}  // namespace billhook
