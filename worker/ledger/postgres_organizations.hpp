#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"
#include "worker/ledger/projections.hpp"

#include <memory>
#include <string>

namespace billhook {

// public.organizations over a connection of its own, opened by the first call and again after a
// failure. One thread; blocks, but never longer than half a second for a row that is locked.
//
// `mirror` copies customer, status and plan from the live projection's standings to existing rows,
// in sorted transactions of at most twenty; where one fails, its rows are tried one by one and the
// failing ones kept in billhook.mirror_errors (organization '' is the table itself: it cannot be
// read). A Stripe customer that the application wrote and the fold does not know yet is not
// overwritten: the sweep brings it into the log first.
class postgres_organizations final : public organizations {
public:
    explicit postgres_organizations(postgres::connect_options where);

    void mirror(std::span<const organization_id> restated) override;
    std::size_t mirror_differing(std::size_t limit) override;
    std::vector<mapping> unmapped(std::size_t limit) override;

private:
    pqxx::connection& session();
    template <class Work>
    auto guarded(const Work& work);
    bool copy(const projection& from, const std::vector<std::string>& sorted);
    void copy_each(const projection& from, const std::vector<std::string>& sorted);
    void remember_failure(const std::string& organization, const std::string& sqlstate);

    postgres::connect_options where_;
    std::unique_ptr<postgres::connection> connection_;
    bool has_created_at_ = false;
};

}  // namespace billhook
