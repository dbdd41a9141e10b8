#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/leases.hpp"

#include <memory>
#include <string>

namespace billhook {

// Leases of one holder in billhook.leases, over a connection of its own that is opened by the first
// call and again after a failure. One thread; blocks.
class postgres_leases final : public leases {
public:
    // `holder` names one consumer of one process: unique among all that live.
    postgres_leases(postgres::connect_options where, std::string holder);

    std::vector<live_lease> renew(std::chrono::milliseconds span) override;
    std::vector<std::string> claim(
        std::span<const std::string> names, std::chrono::milliseconds span
    ) override;
    void release(std::span<const std::string> names) override;
    void leave() override;

private:
    pqxx::connection& session();
    template <class Work>
    auto in_transaction(const Work& work);

    postgres::connect_options where_;
    std::string holder_;
    std::unique_ptr<postgres::connection> connection_;
};

}  // namespace billhook
