#include "tools/replay/building_session.hpp"

#include <pqxx/nontransaction>

#include <memory>
#include <utility>

namespace billhook {

namespace {

std::set<std::string> names_of(const std::set<partition>& reads) {
    std::set<std::string> names;
    for (const partition& each : reads) {
        names.insert(lease_name(each));
    }
    return names;
}

// A connection and the ledger of what is built over it.
struct building_ledger {
    explicit building_ledger(const building_part& part)
        : connection(part.where), state(connection, part.partitions, part.writes) {
        // As a worker's role has it (deploy/postgres/roles.sql): a plan cached over an empty table
        // would stay a sequential scan for ever, and that is just where a replay begins.
        pqxx::nontransaction(connection.raw())
            .exec(
                "SET enable_seqscan = off; SET jit = off; "
                "SET plan_cache_mode = force_generic_plan"
            );
    }
    postgres::connection connection;
    postgres_ledger state;
};

class opened_for_reading final : public opened<ledger, leases> {
public:
    explicit opened_for_reading(const building_part& part)
        : built_(part), given_(part.holder, names_of(part.reads)) {
        all_ = {&built_.state, &given_};
    }

private:
    building_ledger built_;
    given_leases given_;
};

class opened_for_clock final : public opened<ledger> {
public:
    explicit opened_for_clock(const building_part& part) : built_(part) { all_ = {&built_.state}; }

private:
    building_ledger built_;
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

consumer_session::opener building_opener(building_part part) {
    return [part = std::move(part)] { return std::make_unique<opened_for_reading>(part); };
}

clock_session::opener building_clock_opener(building_part part) {
    return [part = std::move(part)] { return std::make_unique<opened_for_clock>(part); };
}

}  // namespace billhook
