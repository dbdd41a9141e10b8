#pragma once

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

// "This organization is that Stripe customer" (or: this organization exists). The body of a record
// with `source=mapping`, published by the sweep and by `billhook link`, never by Stripe.
//   {"id":"map_...","object":"billhook.mapping","organization":"org_1","customer":"cus_1"|null,
//    "organization_created":"2026-01-02T03:04:05Z"|null,"created":"2026-..."}
// With a member "subscription" it is an operator's override (`source=operator`): it says whose that
// one is, before all that Stripe says of it, and nothing of its customer, who has to be named with
// it. Without an organization it takes back what was said before of the same customer or override.
// Of an organization that a directory keeps (source=clerk) it has "name" and "updated_at"; with
// "deleted":true it says only that the directory has it no more, which changes nobody's access.
struct mapping {
    event_id id;  // a function of organization and customer
    std::optional<organization_id> organization;
    std::optional<customer_id> customer;
    std::optional<subscription_id> subscription{};  // of that customer
    std::optional<instant> organization_created;    // the row's created_at
    instant created{};                              // Postgres time when it was published
    std::optional<std::string> actor{};             // an operator who says so
    std::optional<std::string> reason{};            // and why
    std::optional<instant> updated_at{};            // the directory's; the latest one's name holds
    std::optional<std::string> name{};              // of the organization, for people
    bool deleted = false;                           // in the directory, at `created`

    friend auto operator<=>(const mapping&, const mapping&) = default;
};
// S.mappings.
void columns(row_of<mapping> auto& row, const auto& column) {
    column("event", row.id);
    column("organization", row.organization);
    column("customer", row.customer);
    column("subscription", row.subscription);
    column("organization_created", row.organization_created);
    column("created", row.created);
    column("actor", row.actor);
    column("reason", row.reason);
    column("updated_at", row.updated_at);
    column("name", row.name);
    column("deleted", row.deleted);
}

// The sweep's id: "map_" and 24 hex digits of SHA-256 over organization, a NUL, and the customer.
[[nodiscard]] event_id mapping_id(
    const std::optional<organization_id>& organization,
    const std::optional<customer_id>& customer
);
// `billhook link` says it again on purpose, so its id has the time in it as well.
[[nodiscard]] event_id link_id(
    const std::optional<organization_id>& organization,
    const std::optional<customer_id>& customer,
    instant at
);

enum class mapping_error : std::uint8_t { not_json, bad_mapping };
[[nodiscard]] std::string_view to_word(mapping_error why);
[[nodiscard]] std::string to_json(const mapping& what);
// Ids are text of 1 to 255 bytes; a subscription needs a customer, and so does what has no
// organization; a deletion has none; unknown members are skipped.
[[nodiscard]] result<mapping, mapping_error> parse_mapping(std::string_view body);

}  // namespace billhook
