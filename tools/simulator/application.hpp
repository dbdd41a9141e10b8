#pragma once

#include "tools/simulator/comparison.hpp"

#include <pqxx/connection>

#include <span>
#include <string>
#include <vector>

// The application's side of Billhook's database: its own table, and the view that it reads.
namespace billhook::simulator {

// Makes the rows of public.organizations that these lives want and that are not there, in one
// transaction; fills the columns of name and creation time where the table has them. Throws pqxx's
// errors.
void add_rows(pqxx::connection& in, std::span<const organization_life* const> lives);

// What billing.organization_access shows of these.
[[nodiscard]] shown_answers read_answers(
    pqxx::connection& in,
    std::span<const organization_life> lives
);

}  // namespace billhook::simulator
