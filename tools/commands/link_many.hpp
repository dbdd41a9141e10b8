#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/operator_act.hpp"

#include <string>

namespace billhook {

struct link_many_flags {
    std::string file;      // CSV: organization, customer
    bool is_new = false;   // organizations may be ones that nothing knows
    bool dry_run = false;  // publishes nothing
    bool yes = false;      // also where something stronger stands against a line
    act_flags act;
    bool json = false;
};

// `billhook link --csv`: all lines are checked before the first record is published; what is said
// already is not said again. Prints what it did, or every mistake with its line.
[[nodiscard]] exit_code link_many(const settings& all, const link_many_flags& told);

}  // namespace billhook
