#include "worker/pipeline/postgres_opener.hpp"

#include "worker/ledger/postgres_leases.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/ledger/postgres_organizations.hpp"
#include "worker/ledger/postgres_outbox.hpp"

#include <memory>
#include <utility>

namespace billhook {

namespace {

class opened_postgres final : public opened {
public:
    opened_postgres(
        const postgres::connect_options& where,
        const std::string& holder,
        std::int32_t partitions
    )
        : connection_(where),
          books_(connection_, partitions),
          rights_(connection_, holder),
          table_(connection_),
          outgoing_(connection_, holder) {}

    ledger& books() override { return books_; }
    leases& rights() override { return rights_; }
    organizations& table() override { return table_; }
    outbox& outgoing() override { return outgoing_; }

private:
    postgres::connection connection_;
    postgres_ledger books_;
    postgres_leases rights_;
    postgres_organizations table_;
    postgres_outbox outgoing_;
};

}  // namespace

opener postgres_opener(
    postgres::connect_options where,
    std::string holder,
    std::int32_t partitions
) {
    return [where = std::move(where), holder = std::move(holder), partitions] {
        return std::make_unique<opened_postgres>(where, holder, partitions);
    };
}

}  // namespace billhook
