#pragma once

#include "tools/recovery/backfill.hpp"

#include <pqxx/connection>

namespace billhook {

// The journal of the live projection. One thread; a transaction a question, in which a promote
// cannot happen. Throws pqxx's errors, and postgres::failure if the database was never migrated.
class postgres_journal final : public journal {
public:
    explicit postgres_journal(pqxx::connection& on) : on_(on) {}
    std::set<event_id> lacking(std::span<const event_id> ids) override;

private:
    pqxx::connection& on_;
};

}  // namespace billhook
