#pragma once

#include "schemas/messages/record.hpp"
#include "tests/builders/kafka/topic.hpp"
#include "tests/integration/api/selling_stripe.hpp"

#include <chrono>
#include <functional>
#include <string>

namespace billhook::testing {

// What an API that sells stands on: a migrated database, a topic and the simulated Stripe.
struct selling_ground {
    explicit selling_ground(
        int partitions = 1,
        std::function<simulator::write_fault(const simulator::api_call&)> fault = {},
        std::chrono::milliseconds working = std::chrono::milliseconds{0}
    );
    [[nodiscard]] bool usable() const { return db.usable() && log.usable(); }
    [[nodiscard]] api::api_plan plan() const {
        return stripe.plan_for(db, log.name(), log.client());
    }

    // What the fold makes of a customer and of a subscription of his.
    void fold(const std::string& organization, const std::string& customer);
    void fold(
        const std::string& organization,
        const simulator::sold_subscription& what,
        const std::string& account = ""
    );
    // The record at a place as a reply's `after` names it, as the fold will find it; it is checked
    // to be of the API.
    [[nodiscard]] record record_of(const std::string& after) const;

    builders::database db;
    builders::topic log;
    selling_stripe stripe;
};

// As a client would: asked again, as long as that may help.
[[nodiscard]] api_reply at_last(const std::function<api_reply()>& ask);

}  // namespace billhook::testing
