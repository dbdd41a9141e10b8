#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "schemas/io/postgres/migrations.hpp"

#include <pqxx/result>
#include <pqxx/transaction>

#include <memory>
#include <string>

namespace billhook::builders {

// A database of its own in the cluster of BILLHOOK_TEST_DATABASE_URL, dropped at the end. Without
// that variable `usable` is false, and says so in a line "SKIPPED: …" that ctest understands:
//   builders::database db; if (!db.usable()) return;
class database {
public:
    database();
    ~database();
    database(const database&) = delete;
    database& operator=(const database&) = delete;

    [[nodiscard]] bool usable() const { return !name_.empty(); }
    // As the cluster's superuser, or as one of Billhook's roles (give it a password first).
    [[nodiscard]] postgres::connect_options as_owner() const;
    [[nodiscard]] postgres::connect_options as(const std::string& role) const;

    // Migrates with the example plans, test mode, --with-organizations, and gives every role
    // the password "pw".
    postgres::migration_report migrate();

    // One statement as the superuser, committed; the value of its first field, or "".
    std::string ask(const std::string& sql);
    pqxx::result rows(const std::string& sql);

private:
    [[nodiscard]] std::string url(const std::string& user, const std::string& name) const;

    std::string base_;
    std::string name_;
    std::unique_ptr<postgres::connection> owner_;
};

// What migrate() asks for.
[[nodiscard]] postgres::migration_request usual_migration();

}  // namespace billhook::builders
