#pragma once

#include "tools/recovery/holdings.hpp"

#include <pqxx/connection>

namespace billhook {

// What the live projection holds. One thread; a transaction a question, in which a promote cannot
// happen. Throws pqxx's errors, and postgres::failure if the database was never migrated.
class postgres_holdings final : public holdings {
public:
    explicit postgres_holdings(pqxx::connection& on) : on_(on) {}

    std::map<customer_id, held<stripe::customer_fact>> customers(std::span<const customer_id> ids
    ) override;
    std::map<subscription_id, held<stripe::subscription_fact>> subscriptions(
        std::span<const subscription_id> ids
    ) override;
    std::map<invoice_id, held<stripe::invoice_fact>> invoices(std::span<const invoice_id> ids
    ) override;
    std::map<schedule_id, stripe::schedule_fact> schedules(std::span<const schedule_id> ids
    ) override;
    std::set<checkout_session_id> sessions_of(const subscription_id& id) override;
    object_ids unfinished() override;
    object_ids doubtful() override;
    std::set<std::string> dead_objects() override;

private:
    pqxx::connection& on_;
};

}  // namespace billhook
