#include "tools/rebuild/building_session.hpp"

#include "schemas/types/assert.hpp"

#include <pqxx/nontransaction>

#include <cstdlib>
#include <memory>
#include <utility>

namespace billhook {

namespace {

class opened_building final : public opened {
public:
    explicit opened_building(const building_part& part)
        : connection_(part.where),
          books_(connection_, part.partitions, part.writes),
          rights_(part.holder, names_of(part.reads)) {
        // As a worker's role has it: a plan cached over an empty table would stay a sequential
        // scan for ever, and that is just where a rebuild begins.
        pqxx::nontransaction(connection_.raw()).exec("SET enable_seqscan = off");
    }

    ledger& books() override { return books_; }
    leases& rights() override { return rights_; }
    organizations& table() override {
        BILLHOOK_ASSERT(false && "a projection that is built has no mirror");
        std::abort();
    }
    outbox& outgoing() override {
        BILLHOOK_ASSERT(false && "a projection that is built sends nothing");
        std::abort();
    }

private:
    static std::set<std::string> names_of(const std::set<partition>& reads) {
        std::set<std::string> names;
        for (const partition& each : reads) {
            names.insert(lease_name(each));
        }
        return names;
    }

    postgres::connection connection_;
    postgres_ledger books_;
    given_leases rights_;
};

}  // namespace

std::vector<live_lease> given_leases::renew(std::chrono::milliseconds) {
    std::vector<live_lease> live;
    for (const std::string& each : held_) {
        live.push_back({each, holder_});
    }
    return live;
}

std::vector<std::string> given_leases::claim(
    std::span<const std::string> names,
    std::chrono::milliseconds
) {
    std::vector<std::string> taken;
    for (const std::string& each : names) {
        if (given_.contains(each)) {
            held_.insert(each);
            taken.push_back(each);
        }
    }
    return taken;
}

void given_leases::release(std::span<const std::string> names) {
    for (const std::string& each : names) {
        held_.erase(each);
    }
}

opener building_opener(building_part part) {
    return [part = std::move(part)] { return std::make_unique<opened_building>(part); };
}

}  // namespace billhook
