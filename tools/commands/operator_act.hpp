#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/settings/settings.hpp"
#include "tools/commands/flag_set.hpp"
#include "tools/commands/session.hpp"
#include "worker/projections/acts.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <set>
#include <span>
#include <string>
#include <vector>

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

// Of those the ones that some fact named, or of which public.organizations has a row.
[[nodiscard]] std::set<organization_id> known_organizations(
    snapshot_reader& from,
    const std::vector<organization_id>& among
);
[[nodiscard]] bool is_known_organization(snapshot_reader& from, const organization_id& which);

// Appends the records to the log, and waits 10 s for Kafka, however long other processes do. Says
// on standard error what went wrong; then they may still turn up later.
[[nodiscard]] exit_code publish_acts(const settings& told, std::span<const message> records);
[[nodiscard]] exit_code publish_act(const settings& told, const message& record);

}  // namespace billhook
