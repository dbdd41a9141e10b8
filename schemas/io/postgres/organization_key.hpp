#pragma once

#include <pqxx/transaction_base>

#include <string>
#include <vector>

// How the application's own table, whose key may be of any type, is asked for an organization,
// whose name is a text. public.organizations with its column `id` must be there.
namespace billhook::postgres {

// An SQL condition on `o`, a row with the column `id`: the key written as text is `organization`,
// an SQL expression. For keys of text, uuid and the integers the key's own index answers it; for
// any other type only one on (id::text).
[[nodiscard]] std::string organization_condition(
    pqxx::transaction_base& in,
    const std::string& organization
);

// What to run so that no question about one organization reads the whole table; empty where the
// indexes are there. The mirror and billing.organization_access ask for the key as text.
[[nodiscard]] std::vector<std::string> missing_organization_indexes(pqxx::transaction_base& in);

}  // namespace billhook::postgres
