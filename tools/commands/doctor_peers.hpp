#pragma once

#include "schemas/settings/settings.hpp"
#include "tools/commands/doctor.hpp"

#include <vector>

// What `billhook doctor` finds of Stripe and Clerk, as the settings have them. Changes nothing
// there.
namespace billhook {

// Nothing without a key. Else its mode, and what it may not do of what is needed: to read, for
// backfill and reconcile; to write as well, if billhook-api is set up to believe anybody. A right
// to write is tried on ids that no account has. Blocks some seconds at most; throws nothing: a
// Stripe that does not answer is a finding.
void check_stripe(const settings& told, std::vector<doctor_finding>& found);

// Clerk's bodies do not say of which instance they are: what the endpoint's mode says is all there
// is, and has to be the projection's.
void check_clerk(const settings& told, std::vector<doctor_finding>& found);

}  // namespace billhook
