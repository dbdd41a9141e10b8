#pragma once

#include "schemas/messages/grant.hpp"
#include "schemas/messages/mapping.hpp"
#include "schemas/plans/catalogue.hpp"
#include "schemas/stripe/facts.hpp"
#include "schemas/types/instant.hpp"

#include <string>

// What one event says, in a line for people: what it replaced where it says so, else what it shows.
// Ids are Stripe's own; nothing that identifies a person occurs in a fact.
namespace billhook {

// "2026-02-07 01:00 UTC", with seconds only if there are any.
[[nodiscard]] std::string to_words(instant at);

[[nodiscard]] std::string to_words(const stripe::subscription_fact& fact, const catalogue& plans);
[[nodiscard]] std::string to_words(const stripe::invoice_fact& fact);
[[nodiscard]] std::string to_words(const stripe::customer_fact& fact);
[[nodiscard]] std::string to_words(const stripe::checkout_fact& fact);
[[nodiscard]] std::string to_words(const stripe::schedule_fact& fact, const catalogue& plans);
[[nodiscard]] std::string to_words(const stripe::decline_fact& fact);
[[nodiscard]] std::string to_words(const mapping& record);
[[nodiscard]] std::string to_words(const grant& record);
// "plan pro, full access, patients_max 200, exempt from dunning, own trial longer by 14d".
[[nodiscard]] std::string gift_in_words(const grant& record);

}  // namespace billhook
