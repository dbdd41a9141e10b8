#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/process/stop.hpp"
#include "schemas/plans/read_plans.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/comparison.hpp"
#include "tools/replay/catch_up.hpp"
#include "worker/ledger/projections.hpp"

#include <cstdint>
#include <optional>
#include <set>
#include <string>

namespace billhook {

enum class comparing : std::uint8_t { everything, changes_by_promote };

struct replay_request {
    const settings& told;
    const std::optional<plans_text>& plans;  // to assess by; empty: those in force
    const stop& wish;
    std::string projection;
    std::size_t jobs = 0;  // 0: as many as there are processors
};

// What replay and promote have in common: a building projection is taken up, caught up with the
// log and assessed, with its progress on standard error, where it also says why something cannot
// be. Blocks; throws what the database and the brokers throw.
class replay_steps {
public:
    explicit replay_steps(replay_request what);

    // Begins the projection, or goes on with it. Refuses a log whose first records are gone, if it
    // would begin there, unless told so. `accounts`: of a new one; not given, the live one's.
    [[nodiscard]] exit_code take_up(
        bool from_earliest,
        const std::optional<std::set<std::string>>& accounts = {}
    );
    // The same, only with one that is there.
    [[nodiscard]] exit_code go_on_with();
    // Look at `code` afterwards.
    [[nodiscard]] catching_up catch_up_and_assess();
    [[nodiscard]] exit_code code() const { return code_; }
    // Freezes what was caught up beside the live one and looks at both in one snapshot. Whatever
    // differs is in `found`; the code only tells whether they could be compared.
    [[nodiscard]] exit_code compare(comparing what, comparison& found);

    [[nodiscard]] const projection& built() const { return built_; }
    [[nodiscard]] std::int64_t assessed() const { return assessed_; }
    [[nodiscard]] const replay_settings& how() const { return how_; }
    [[nodiscard]] postgres::connection& database() { return database_; }

private:
    [[nodiscard]] exit_code stuck();
    [[nodiscard]] std::int32_t partitions_of_log();

    postgres::connection database_;
    replay_settings how_;
    projection built_;
    std::int64_t assessed_ = 0;
    exit_code code_ = exit_code::done;
};

}  // namespace billhook
