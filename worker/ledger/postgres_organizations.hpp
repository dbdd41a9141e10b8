#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/projections.hpp"

#include <string>
#include <vector>

namespace billhook {

// public.organizations, over a connection that outlives it and that is in no transaction when it is
// called. One thread; blocks, but never waits for a row that the application holds.
//
// `mirror` copies customer, status and plan from the live projection's standings to existing rows,
// in sorted transactions of at most twenty; where one fails, its rows are tried one by one and the
// failing ones kept in billhook.mirror_errors (organization '' is the table itself: it cannot be
// read). A Stripe customer that the application wrote and the fold does not know yet is not
// overwritten: the sweep brings it into the log first.
//
// Lost connections and the like throw; what the application's table refuses does not.
class postgres_organizations final : public organizations {
public:
    explicit postgres_organizations(postgres::connection& over);

    void mirror(std::span<const organization_id> restated) override;
    std::size_t mirror_differing(std::size_t limit) override;
    std::vector<mapping> unmapped(std::size_t limit, const std::optional<organization_id>& after)
        override;
    std::int64_t count_unlisted() override;

private:
    std::vector<std::string> differing(const std::string& condition, const std::string& argument);
    void copy_all(const std::vector<std::string>& sorted);
    void copy(const std::vector<std::string>& sorted);
    void remember_failure(const std::string& organization, const std::string& sqlstate);

    pqxx::connection& connection_;
};

}  // namespace billhook
