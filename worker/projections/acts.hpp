#pragma once

#include "schemas/types/instant.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction_base>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

// What operators did that changed an answer or discarded something: who, when and why.
namespace billhook {

// Who does it, and why, if he said so.
struct acting {
    std::string actor;
    std::optional<std::string> reason;
};

struct audited_act {
    instant at{};
    std::string kind;     // grant, revoke, link, unlink, override, plans_apply, promote ...
    std::string subject;  // an organization, a projection, a place in the log
    std::string actor;
    std::optional<std::string> reason;
    std::string id;  // of its record in the log, or its row's number
};

// A row of billhook.acts, in the transaction of the act itself.
void record_act(
    pqxx::transaction_base& in,
    const std::string& kind,
    const std::string& subject,
    const acting& by
);

// Those rows, and the records of operators in the projection, from `since` on: the last `limit`,
// by time.
[[nodiscard]] std::vector<audited_act> acts_since(
    const projection_work& in,
    instant since,
    std::size_t limit
);

}  // namespace billhook
