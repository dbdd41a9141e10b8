#pragma once

#include "schemas/messages/publisher.hpp"
#include "schemas/plans/policy.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// What an operator gives an organization until an end, or takes back again. The body of a record
// with `source=operator`, published by `billhook grant` and `billhook revoke`, never by Stripe.
//   {"id":"grant_...","object":"billhook.grant","organization":"org_1","plan":"pro",
//    "access":"full","features":{"patients_max":200},"exempt":true,"until":"2027-03-01T00:00:00Z",
//    "actor":"ada","reason":"...","created":"2026-..."}
//   {... "object":"billhook.grant","organization":"org_1","trial_extension":1209600, ...}
//   {... "object":"billhook.revoke","organization":"org_1","revokes":"grant_...", ...}
// What a grant does not give is left out.
struct grant {
    event_id id;
    organization_id organization;
    std::optional<event_id> revokes;  // this one gives nothing: it takes that one back
    std::optional<std::string> plan;  // full access on at least this one; a key of plans.toml
    bool full_access = false;         // on whatever plan it has
    feature_map features;             // at least these; -1: unlimited
    bool exempt = false;              // its cases reduce nothing and send nothing
    std::optional<std::int64_t> trial_extension;  // seconds; of the organization's own trial alone
    std::optional<instant> until;  // of all but an extension of the trial, which has its own end
    std::string actor;             // who gave it
    std::string reason;            // and why
    instant created{};             // Postgres time when it was published

    friend auto operator<=>(const grant&, const grant&) = default;
};
// S.grants.
void columns(row_of<grant> auto& row, const auto& column) {
    column("event", row.id);
    column("organization", row.organization);
    column("revokes", row.revokes);
    column("plan", row.plan);
    column("full_access", row.full_access);
    column("features", row.features);
    column("exempt", row.exempt);
    column("trial_extension", row.trial_extension);
    column("until", row.until);
    column("actor", row.actor);
    column("reason", row.reason);
    column("created", row.created);
}

// "grant_" or "revoke_" and 24 hex digits of SHA-256 over all that it says.
[[nodiscard]] event_id grant_id(const grant& what);

// "billhook.grant" or "billhook.revoke": its type in journal and headers.
[[nodiscard]] std::string_view type_of(const grant& what);

enum class grant_error : std::uint8_t { not_json, bad_grant };
[[nodiscard]] std::string_view to_word(grant_error why);
[[nodiscard]] std::string to_json(const grant& what);
// Ids, actor and reason are text of 1 to 255 bytes (a reason 1,000); unknown members are skipped.
// A grant gives something: an extension of the trial alone, or any of the others and their end.
[[nodiscard]] result<grant, grant_error> parse_grant(std::string_view body);
// As it is published: its key is the organization, so that a grant and its revokes lie in one
// partition.
[[nodiscard]] message message_of(const grant& what);

}  // namespace billhook
