#pragma once

#include "tests/builders/memory_projection.hpp"
#include "tests/builders/postgres/database.hpp"
#include "worker/ledger/ledger.hpp"

#include <set>

namespace billhook::tests {

// Whatever the live projection's tables hold, as a model in memory. Which rows there are is asked
// in plain SQL; they are read by the ledger's own statements.
[[nodiscard]] builders::memory_projection tables_of(builders::database& db, ledger& books);

// What stands in billhook.notices.
[[nodiscard]] std::set<recorded_notice> recorded_in(builders::database& db);

// Nothing has ever been read, and nobody was told anything.
void empty_tables(builders::database& db);

}  // namespace billhook::tests
