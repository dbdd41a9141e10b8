#pragma once

#include "schemas/types/ids.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// What the calls that go to Stripe are told, and what they tell Stripe. Pure.
namespace billhook::api {

// Of an Idempotency-Key: what makes two requests the same. `generation` tells the second customer
// of an organization, whose first was deleted, from the first one.
struct operation {
    std::string_view name;  // "customer"
    bool livemode = false;
    organization_id organization;
    std::string content;     // all of the form that may differ
    std::string generation;  // "0"
};
// "billhook-" and 48 hex digits.
[[nodiscard]] std::string idempotency_key(const operation& of);

// The generations of what a call tries until it is done: of what is there, and of how often that
// was tried already. Two processes that see the same take the same.
class generations {
public:
    // "3.0", and "3.1" if it is asked again while the same is there.
    [[nodiscard]] std::string next(const std::string& there);

private:
    std::optional<std::string> there_;
    int tries_ = 0;
};

// No body, or an object without members.
[[nodiscard]] bool is_empty_body(std::string_view body);

// "https://app.example.com,http://localhost:3000" -> its origins.
[[nodiscard]] std::vector<std::string> origins_in(std::string_view list);
// Whether the URL lies within one of the origins: as an open redirect would not.
[[nodiscard]] bool is_within(std::string_view url, const std::vector<std::string>& origins);
// A URL of Stripe's that may stand in a header or an answer: https (or http of this machine),
// printable ASCII.
[[nodiscard]] bool is_link(std::string_view url);

}  // namespace billhook::api
