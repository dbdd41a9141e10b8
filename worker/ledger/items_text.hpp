#pragma once

#include "schemas/stripe/facts.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// S.subscriptions.items: a JSON array of objects named as in stripe::subscription_item; absent
// values left out, times in RFC 3339. The way back reads our own text: anything else asserts.
[[nodiscard]] std::string items_json(const std::vector<stripe::subscription_item>& items);
[[nodiscard]] std::vector<stripe::subscription_item> items_from(std::string_view json);

}  // namespace billhook
