#pragma once

#include "schemas/messages/record.hpp"
#include "schemas/types/instant.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulation {

// The body of an event as Stripe sends it, with just the fields that Billhook reads. `object` is
// the JSON of data.object, `replaced` of previous_attributes (empty: none).
struct event_body {
    std::string_view id;
    std::string_view type;
    std::int64_t created = 0;
    std::string object;
    std::string replaced{};
};
[[nodiscard]] std::string to_body(const event_body& of);

// A record as the gateway publishes it: keyed and labelled from the body.
[[nodiscard]] record published(std::string body);

// Three organizations over two months: a payer whose renewal fails and recovers, one that cancels,
// one that is mapped by a mapping record that comes last; with duplicates, reordering, a type that
// Billhook does not use, an event of the other livemode, and two bodies that are no events.
// `poison_id` names an event that is fine but for what the test's database thinks of it.
struct scenario {
    std::vector<record> records;
    std::string poison_id;
    std::size_t unreadable = 0;
    instant ends{};  // later than everything in it
};
[[nodiscard]] scenario small_scenario();

}  // namespace billhook::simulation
