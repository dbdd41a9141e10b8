#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/leases.hpp"

#include <string>

namespace billhook {

// Leases of one holder in billhook.leases, over a connection that outlives it and that is in no
// transaction when it is called. One thread; blocks.
class postgres_leases final : public leases {
public:
    // `holder` names one consumer of one process: unique among all that live. `presences` is the
    // prefix of the presences of its kind.
    postgres_leases(
        postgres::connection& over,
        std::string holder,
        std::string presences = presence_prefix
    );

    std::vector<live_lease> renew(std::chrono::milliseconds span) override;
    std::vector<std::string> claim(
        std::span<const std::string> names,
        std::chrono::milliseconds span
    ) override;
    void release(std::span<const std::string> names) override;
    void leave() override;

private:
    pqxx::connection& connection_;
    std::string holder_;
    std::string presences_;
};

}  // namespace billhook
