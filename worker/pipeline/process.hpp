#pragma once

#include "worker/domain/objects.hpp"
#include "worker/ledger/ledger.hpp"

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

namespace billhook {

// What one transaction is to pass: a step of a partition, and the records on it.
struct passage {
    advance step;
    std::span<const received> events;
    std::span<const dead_record> dead;
};

// What one transaction did.
struct processed {
    enum class ending : std::uint8_t { committed, not_owner };
    ending how = ending::not_owner;
    std::vector<organization_id> restated{};    // whose standing was written: for the mirror
    std::map<outcome, std::size_t> outcomes{};  // of journal rows that were written
    std::size_t dead = 0;
    std::vector<std::string> became_ambiguous{};
    std::vector<organization_id> became_unlisted{};
    instant horizon{};
};

// The whole commit protocol of a batch: compare-and-set, first half by customer, second half by
// organization, commit. Throws what the ledger throws; nothing has happened then, or (in doubt) all
// of it: the same call again on new connection objects is right in both cases.
[[nodiscard]] processed process(const passage& what, ledger& books);

// Only time passes: stores `complete_to` of a partition whose records are all folded. Nobody is
// assessed; that is the clock's work.
[[nodiscard]] processed pass_time(const claim& from, instant complete_to, ledger& books);

}  // namespace billhook
