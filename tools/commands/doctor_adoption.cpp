#include "tools/commands/adopt_report.hpp"
#include "tools/commands/doctor.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <algorithm>
#include <fmt/format.h>

namespace billhook {

void check_adoption(pqxx::connection& in, std::vector<doctor_finding>& found) {
    {
        pqxx::nontransaction asks(in);
        if (asks.exec1("SELECT to_regclass('billhook.projections') IS NULL")[0].as<bool>() ||
            asks.exec("SELECT FROM billhook.projections WHERE role = 'live'").empty()) {
            return;  // check_database says so
        }
    }
    const auto state = read_taken_over(in, {});
    if (state.waiting() > 0) {
        found.push_back(
            {severity::doubtful,
             "organizations",
             fmt::format(
                 "{} Stripe customers with a living subscription belong to no organization ({} is "
                 "one)",
                 state.waiting(),
                 state.unmapped.front().id
             ),
             remedy_of(state.unmapped.front()) + "; billhook adopt names each with its reason"}
        );
    }
    if (!state.stale.empty()) {
        found.push_back(
            {severity::doubtful,
             "organizations",
             fmt::format(
                 "{}{} organizations are stale: something that was due has not been told ({} is "
                 "one)",
                 state.stale.size() < 100 ? "" : "at least ",
                 state.stale.size(),
                 state.stale.front()
             ),
             "billhook reconcile --heal, which names rows that name no customer of Stripe's; "
             "billhook explain ORGANIZATION tells what is awaited"}
        );
    }
}

}  // namespace billhook
