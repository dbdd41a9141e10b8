#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/mapping.hpp"
#include "schemas/messages/publisher.hpp"
#include "worker/domain/organization.hpp"
#include "worker/domain/rows.hpp"
#include "worker/projections/snapshot_reader.hpp"

#include <map>
#include <optional>
#include <string>
#include <vector>

// What `link` and `unlink` say before they publish a mapping record, and how they publish it.
namespace billhook {

// Everything that names an organization for a customer and its subscriptions.
struct known_claims {
    std::optional<customer_row> customer;  // empty: no event ever named it
    std::vector<subscription_row> subscriptions;
    std::vector<stripe::checkout_fact> sessions;
    std::vector<mapping> mappings;
};
// Of each customer, also of one that nothing names.
[[nodiscard]] std::map<customer_id, known_claims> read_claims(
    snapshot_reader& from,
    const std::vector<customer_id>& of
);

// Whose an object is before and after a record.
struct owned_object {
    std::string id;  // the customer's or a subscription's
    std::optional<organization_claim> before;
    std::optional<organization_claim> after;

    // It leaves an organization, or comes to one.
    [[nodiscard]] bool moves() const;
};
// The customer, then its subscriptions. Pure.
[[nodiscard]] std::vector<owned_object> effect_of(const mapping& what, const known_claims& known);

// It was said before, or something stronger says the same: another record would change nothing.
[[nodiscard]] bool is_said(const mapping& what, const known_claims& known);

// Why somebody has to say that a link is meant: it would change nothing, or take the customer from
// another organization. Empty: nothing stands against it.
[[nodiscard]] std::string stands_against(
    const mapping& what,
    const std::vector<owned_object>& objects
);

// As it is published: an override is an operator's, all else what the sweep says as well.
[[nodiscard]] message message_of_link(const mapping& what);

// A line for each object, and JSON of the record with them.
[[nodiscard]] std::string in_words(const std::vector<owned_object>& all);
void add_link(json::writer& out, const mapping& what, const std::vector<owned_object>& all);
[[nodiscard]] std::string link_json(const mapping& what, const std::vector<owned_object>& all);

// True: `yes` was told, or somebody at a terminal says so. Else says what is needed.
[[nodiscard]] bool confirmed(
    bool yes,
    const std::string& why,
    const std::string& undone = "Nothing is published"
);

}  // namespace billhook
