#pragma once

#include "ingest/api/calls/answers.hpp"
#include "schemas/plans/feature_types.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/result.hpp"

#include <chrono>
#include <cstddef>
#include <list>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billhook::api {

// What the operator says of a feature, for gates that have no other answer.
using stated_gates = std::map<std::string, gate>;
// Of "treatment_notes=true,patients_max=50,seats=unlimited". Otherwise the first part that is none:
// no feature of the plans, twice there, or an answer that its type does not have.
[[nodiscard]] result<stated_gates, std::string> stated_gates_in(
    std::string_view text,
    const feature_type_map& types
);

// What a gate is told while Postgres does not answer: what its organization was told last, if that
// is not older than the memory; else what is stated of the feature; else nothing. Of so many gates
// at most: who asked least lately gives way. Any thread.
class away_gates {
public:
    using time = std::chrono::steady_clock::time_point;

    away_gates(std::chrono::seconds memory, stated_gates stated, std::size_t most)
        : memory_(memory), stated_(std::move(stated)), most_(most) {}

    // What Postgres has just answered.
    void remember(const organization_id& whose, const gate& told, time now);
    [[nodiscard]] std::optional<gate> recall(
        const organization_id& whose,
        const std::string& feature,
        time now
    ) const;

private:
    using name = std::pair<organization_id, std::string>;
    struct entry {
        name of;
        gate told;
        time at;
    };

    std::chrono::seconds memory_;
    stated_gates stated_;
    std::size_t most_;
    mutable std::mutex guard_;  // of the two below
    std::list<entry> by_age_;   // the oldest first
    std::map<name, std::list<entry>::iterator> entries_;
};

}  // namespace billhook::api
