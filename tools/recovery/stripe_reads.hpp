#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "schemas/io/stripe_api/pages.hpp"
#include "schemas/types/instant.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// Reads of Stripe's current objects of which each is dated by Stripe's clock. What Stripe refuses
// and an answer without `Date` are a stripe::failure here. Blocks.
namespace billhook {

// When Stripe read what a reply shows; `path` is for the failure's text.
[[nodiscard]] instant as_of(const stripe::reply& from, const std::string& path);

// Calls `each` for every page of a list.
void for_each_page(
    stripe::client& from,
    const stripe::request& what,
    const std::function<void(const stripe::page&, instant as_of)>& each
);

template <class Id>
[[nodiscard]] std::vector<Id> ids_on(const stripe::page& page) {
    std::vector<Id> ids;
    for (const json::value each : page.objects) {
        ids.emplace_back(std::string(each.find("id").as_string().value_or(std::string_view())));
    }
    return ids;
}

// One object; nothing if Stripe does not have it.
[[nodiscard]] std::optional<stripe::reply> find_object(
    stripe::client& from,
    const stripe::request& what
);

}  // namespace billhook
