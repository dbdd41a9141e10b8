#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/settings/settings.hpp"

#include <pqxx/transaction>

#include <functional>
#include <optional>
#include <string>
#include <string_view>

// What several commands begin with.
namespace billhook {

[[nodiscard]] postgres::connect_options database_of(const settings& told);

// The live projection's schema, quoted, for the text of a statement.
struct live_schema {
    std::string name;    // of the projection
    std::string schema;  // quoted
    bool livemode = false;
};
// Throws postgres::failure if the database was never migrated.
[[nodiscard]] live_schema live_schema_of(pqxx::transaction_base& in);

// Calls `once` until it does not throw for want of a server, for `patience` at most; then the
// exception is the caller's.
void with_patience(std::chrono::seconds patience, const std::function<void()>& once);

}  // namespace billhook
