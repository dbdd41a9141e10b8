#pragma once

#include "schemas/messages/mapping.hpp"
#include "schemas/stripe/event.hpp"
#include "schemas/types/result.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <variant>

// Clerk's webhooks (clerk.com/docs/webhooks/overview): {"type":"organization.created","timestamp":
// <ms>,"data":{"object":"organization","id":"org_1","created_at":<ms>,...}}. The body has no id of
// its own: Svix sends it in the field `svix-id`, the same with every delivery.
namespace billhook::clerk {

// How a record is keyed and labelled in Kafka: by the id of what it is about, so that all about an
// organization is in one partition; else by the event's.
struct routing {
    std::string key;
    std::optional<std::string> event_type;  // only if it is readable and fits a header
};
[[nodiscard]] routing route(std::string_view body, std::string_view event);

// "This organization exists since then and has this name" is what `organization.created` and
// `organization.updated` say, and it is a mapping record without a customer: one for all of them,
// as its id is a function of the organization and its times are Clerk's `created_at`, whose bodies
// the greatest `updated_at` decides. `organization.deleted` has no times of its own: it is a second
// record, of the event's `timestamp`, and only a mark, whatever comes later: who pays is not sent
// away because an organization is gone. All else is an event of no known type, which the fold
// ignores: so are `subscription.*` and `paymentAttempt.*` of Clerk's own billing, which are not
// Stripe's.
using told = std::variant<mapping, stripe::event>;

// Pure; never throws for any bytes. `event`: the record's own id.
[[nodiscard]] result<told, stripe::parse_error> parse_event(
    std::string_view body,
    const std::optional<std::string>& event
);

// "map_" and 24 hex digits of SHA-256 over "clerk", a NUL, and the organization. What says that it
// is gone keeps the record's id, under which the journals of fold versions before 5 have it.
[[nodiscard]] event_id organization_mapping_id(const organization_id& organization);

}  // namespace billhook::clerk
