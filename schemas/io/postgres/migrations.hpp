#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/secret.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook::postgres {

struct migration_request {
    bool livemode = false;          // of a projection that does not exist yet; fixed then
    std::int32_t fold_version = 0;  // this program's (worker/ledger/fold_version.hpp)
    // Of a projection that does not exist yet: connected accounts that it folds, too. Given for one
    // that exists, they must be its own.
    std::optional<std::set<std::string>> accounts{};
    std::optional<instant> notices_since{};        // with the first projection; else its own time
    bool with_organizations = false;               // creates public.organizations if there is none
    std::map<std::string, secret> role_passwords;  // role -> password; others keep theirs
};

enum class migration_ending : std::uint8_t {
    done,
    no_organizations,  // public.organizations is missing, or lacks columns: nothing was changed
    other_livemode,    // the live projection has the other livemode: nothing was changed
    other_accounts,    // the live projection was made for others: nothing was changed
    newer_database,    // migrated by a newer program: nothing was changed
};

struct migration_report {
    migration_ending ending = migration_ending::done;
    std::vector<std::string> applied;  // "control/0001_control", "billing_1/0001_state", …
    bool other_plans = false;          // the plans in force say something else than the given ones
    std::vector<std::string> missing;  // what the database's user may not do, and what to do
};

// Brings the database to this program's state: numbered files forward, the live projection
// (`billing_1` at first), views, roles and grants. `plans` are put in force if none are yet; later
// ones are applied by `change_plans` alone. The views of a live projection that another fold
// version built stay as they are; a promote replaces them. One transaction under an advisory lock:
// safe to run twice, and from two places at once. Throws what `classify` knows; then nothing was
// changed.
[[nodiscard]] migration_report migrate(
    const connect_options& owner,
    const plans_text& plans,
    const migration_request& request
);

}  // namespace billhook::postgres
