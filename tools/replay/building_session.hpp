#pragma once

#include "schemas/io/postgres/connection.hpp"
#include "worker/ledger/leases.hpp"
#include "worker/ledger/postgres_ledger.hpp"
#include "worker/pipeline/sessions.hpp"

#include <cstdint>
#include <set>
#include <string>

namespace billhook {

// The right to read what the operator's command shares out among its own threads: no row in
// billhook.leases, so that workers keep their shares of the live projection. Two commands that
// build one projection at once are told apart by the epoch, like two workers.
class given_leases final : public leases {
public:
    given_leases(std::string holder, std::set<std::string> names)
        : holder_(std::move(holder)), given_(std::move(names)) {}

    std::vector<live_lease> renew(std::chrono::milliseconds span) override;
    std::vector<std::string> claim(
        std::span<const std::string> names,
        std::chrono::milliseconds span
    ) override;
    void release(std::span<const std::string> names) override;
    void leave() override { held_.clear(); }

private:
    std::string holder_;
    std::set<std::string> given_;
    std::set<std::string> held_;
};

// One thread's part in building a projection.
struct building_part {
    postgres::connect_options where;
    std::int32_t partitions = 0;  // of the topic
    written_projection writes;
    std::string holder;
    std::set<partition> reads;
};

// Opens what such a thread needs to read, or only to assess.
[[nodiscard]] consumer_session::opener building_opener(building_part part);
[[nodiscard]] clock_session::opener building_clock_opener(building_part part);

}  // namespace billhook
