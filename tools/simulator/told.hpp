#pragma once

#include "tools/simulator/objects.hpp"
#include "tools/simulator/schedule.hpp"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

// What the simulated Stripe has sent, and the state of its objects when it last spoke of them.
namespace billhook::simulator {

struct sent_event {
    std::string id;
    instant created{};
    std::string type;
    std::string object;
    std::vector<std::string> bodies;  // one an endpoint
};

// What Stripe said of a subscription's payment at one instant; an entry for each event about it.
struct told_status {
    instant at{};
    std::string status;
    std::string latest_invoice;
    // Why it is paused; empty: no body of this event could say it, or it is not.
    std::string pause_reason;
};
struct told_subscription {
    subscription last;  // as last told
    bool deleted = false;
    std::vector<told_status> history;
};
struct told_invoice {
    invoice last;
    std::optional<instant> first_failure;
};

// All of it, by id.
struct told_record {
    std::map<std::string, customer> customers;
    std::set<std::string> begun;  // customers whose creation or deletion was told
    std::map<std::string, told_subscription> subscriptions;
    std::map<std::string, told_invoice> invoices;
    std::map<std::string, schedule> schedules;  // as last told
};

}  // namespace billhook::simulator
