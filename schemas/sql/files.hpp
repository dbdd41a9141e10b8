#pragma once

#include <span>
#include <string_view>

// The SQL files, built into the binaries. `:schema` stands where a projection's schema goes,
// `:projection` where its name does, `:owner` where the role that owns Billhook's views does,
// `:is_organization` where the application's row `o` is told to be that of `organization`.
namespace billhook::sql {

struct file {
    int number = 0;         // of NNNN_name.sql; 0 for the others
    std::string_view name;  // "0001_control"
    std::string_view text;
};

[[nodiscard]] std::span<const file> control();     // by number
[[nodiscard]] std::span<const file> projection();  // by number
[[nodiscard]] std::string_view views();
[[nodiscard]] std::string_view gates();
[[nodiscard]] std::string_view api();
[[nodiscard]] std::string_view roles();                 // deploy/postgres/roles.sql
[[nodiscard]] std::string_view grants();                // deploy/postgres/grants.sql
[[nodiscard]] std::string_view organizations();         // the table for --with-organizations
[[nodiscard]] std::string_view organizations_grants();  // deploy/postgres/organizations.sql

}  // namespace billhook::sql
