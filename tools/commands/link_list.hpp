#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// Why these two cannot be an organization and its Stripe customer; empty: they may be. Pure.
[[nodiscard]] std::string wrong_with_link(
    const std::string& organization,
    const std::string& customer
);

// The same of an organization and a subscription.
[[nodiscard]] std::string wrong_with_override(
    const std::string& organization,
    const std::string& subscription
);

// Whose a Stripe customer is, by a line of a file.
struct listed_link {
    std::size_t line = 0;  // the first is 1
    organization_id organization;
    customer_id customer;

    friend bool operator==(const listed_link&, const listed_link&) = default;
};

struct list_mistake {
    std::size_t line = 0;
    std::string what;

    friend bool operator==(const list_mistake&, const list_mistake&) = default;
};

// CSV of two columns, organization and customer, in this order; a first line that names them, empty
// lines and a cell in double quotes are allowed. The same line twice is one. Otherwise every
// mistake: "cus_1 belongs to org_1 in line 1". Pure, total.
[[nodiscard]] result<std::vector<listed_link>, std::vector<list_mistake>> read_links(
    std::string_view csv
);

}  // namespace billhook
