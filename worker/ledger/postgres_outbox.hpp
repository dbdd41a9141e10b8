#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/ledger.hpp"

#include <string>

namespace billhook {

// NOTIFY's channel of the database, for applications that keep answers (deploy/application.md).
inline constexpr const char* changes_channel = "billing_changes";

// billhook.outbox and the lease `relay`, over a connection that outlives it and that is in no
// transaction when it is called. One thread; blocks.
class postgres_outbox final : public outbox {
public:
    // `holder` names one thread of one process: unique among all that live.
    postgres_outbox(postgres::connection& over, std::string holder);

    lease hold(std::chrono::milliseconds span) override;
    std::vector<outbox_row> lowest(std::size_t limit) override;
    void remove(std::span<const std::int64_t> ids) override;
    outbox_backlog waiting() override;

private:
    pqxx::connection& connection_;
    std::string holder_;
};

}  // namespace billhook
