#pragma once

#include "schemas/stripe/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

// The canonical text of typed content: one JSON object, members in declaration order, absent values
// left out, times as whole seconds (or RFC 3339 where there is a fraction), no spaces. Equal
// content has equal text, and the byte order of the text is the total order by which the greatest
// of several bodies of one event id is chosen. It is what the tables `*_facts` keep.
namespace billhook::stripe {

[[nodiscard]] std::string to_text(const subscription_state& state);
[[nodiscard]] std::string to_text(const subscription_replaced& replaced);
[[nodiscard]] std::string to_text(const invoice_state& state);
[[nodiscard]] std::string to_text(const invoice_replaced& replaced);
[[nodiscard]] std::string to_text(const customer_state& state);
[[nodiscard]] std::string to_text(const customer_replaced& replaced);
// A list of items, as it stands within a subscription's text.
[[nodiscard]] std::string to_text(const std::vector<subscription_item>& items);

// The way back. The text is our own, read from our tables: anything else is a bug (asserts).
void from_text(std::string_view text, subscription_state& state);
void from_text(std::string_view text, subscription_replaced& replaced);
void from_text(std::string_view text, invoice_state& state);
void from_text(std::string_view text, invoice_replaced& replaced);
void from_text(std::string_view text, customer_state& state);
void from_text(std::string_view text, customer_replaced& replaced);
void from_text(std::string_view text, std::vector<subscription_item>& items);

}  // namespace billhook::stripe
