#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/flag_set.hpp"
#include "tools/commands/session.hpp"
#include "worker/projections/acts.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <cstddef>
#include <string>
#include <string_view>

// What all commands have in common by which an operator changes an answer.
namespace billhook {

// The name that this process runs under; "unknown" if the system has none for it.
[[nodiscard]] std::string login_name();

// Who acts and why: kept in the log, and shown by `explain` and `audit`.
struct act_flags {
    std::string actor = login_name();
    std::string reason;
};
// What takes something away or gives it needs a reason; what only corrects may have one.
void add_act_flags(flag_set to, act_flags& into, bool needs_reason = true);
// False, and said on standard error: one of them is empty, too long, or no text.
[[nodiscard]] bool check_act(const act_flags& told, bool needs_reason = true);

[[nodiscard]] acting acting_of(const act_flags& told);

// UTF-8 of 1 to `longest` bytes without control characters: what a terminal shows as it is.
[[nodiscard]] bool is_plain_text(std::string_view text, std::size_t longest);

// Some fact named it, or public.organizations has such a row.
[[nodiscard]] bool is_known_organization(snapshot_reader& from, const organization_id& which);

// Appends the record to the log within 10 s, however long other processes wait for Kafka. Says on
// standard error what went wrong; then it may still turn up later.
[[nodiscard]] exit_code publish_act(const settings& told, const message& record);

}  // namespace billhook
