#pragma once

#include "schemas/types/instant.hpp"

#include <map>
#include <span>
#include <string>
#include <vector>

// An account of Stripe's that was recorded elsewhere.
namespace billhook::simulator {

struct recorded_object {
    std::string path;  // of its list, "/v1/invoices"
    std::string id;
    instant created{};
    std::map<std::string, std::string, std::less<>> fields;  // that the list can be narrowed by
    std::string body;
};

struct recorded_account {
    std::vector<recorded_object> objects;  // each once
    instant last{};                        // the latest `created` of all
};

// The account after all of these, in the order in which Stripe told them: events, which it lists,
// and objects as events, replies and lists of the API show them. Of an object that was told twice
// the last counts; the prices are those of the subscriptions' items, and a customer that others
// only name is there, too. Bodies that are no JSON objects, objects of the other mode, and kinds
// that nobody here asks for, are left out.
[[nodiscard]] recorded_account account_after(std::span<const std::string> bodies, bool livemode);

}  // namespace billhook::simulator
