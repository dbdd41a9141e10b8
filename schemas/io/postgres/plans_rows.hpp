#pragma once

#include "schemas/plans/read_plans.hpp"
#include "schemas/types/instant.hpp"

#include <pqxx/transaction_base>

#include <cstdint>
#include <vector>

// billhook.plans: every text of plans.toml that was ever applied. The highest version is in force;
// all processes work by it, whatever stands in their files. Each function works in the caller's
// transaction and throws what `classify` knows.
namespace billhook::postgres {

struct applied_plans {
    std::int64_t version = 0;
    instant applied_at{};
    plans_text text;
};

// The version in force; 0 if there is none yet.
[[nodiscard]] std::int64_t plans_version(pqxx::transaction_base& in);
// What is in force. Throws postgres::failure (stop) if there is none, or if this program cannot
// read it; so do the others.
[[nodiscard]] applied_plans plans_in_force(pqxx::transaction_base& in);
// All that ever were, the first first; at least one.
[[nodiscard]] std::vector<applied_plans> all_applied_plans(pqxx::transaction_base& in);

// Puts `next` in force, and what the views show for organizations that the log never named. The
// standings are the caller's concern. Returns the version.
std::int64_t add_plans(pqxx::transaction_base& in, const plans_text& next);

}  // namespace billhook::postgres
