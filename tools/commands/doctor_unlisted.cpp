#include "tools/commands/doctor.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>

#include <fmt/format.h>

namespace billhook {

void check_unlisted(pqxx::connection& in, std::vector<doctor_finding>& found) {
    pqxx::nontransaction asks(in);
    if (asks.exec1("SELECT to_regclass('billhook.projections') IS NULL")[0].as<bool>()) {
        return;  // check_database says so
    }
    for (const auto& live :
         asks.exec("SELECT schema FROM billhook.projections WHERE role = 'live'")) {
        const auto prices = asks.exec(fmt::format(
            "SELECT price, count(*), min(organization) FROM {}.standings, unnest(unlisted_prices) "
            "AS price GROUP BY price ORDER BY count(*) DESC, price LIMIT 20",
            asks.quote_name(live[0].as<std::string>())
        ));
        for (const auto& row : prices) {
            const auto price = row[0].as<std::string>();
            found.push_back(
                {severity::doubtful,
                 "plans",
                 fmt::format(
                     "{} organizations pay {}, which plans.toml does not list ({} is one)",
                     row[1].c_str(),
                     price.empty() ? "a price without id" : "price " + price,
                     row[2].c_str()
                 ),
                 "list the price, its lookup key or its product under the plan or the add-on that "
                 "it is, or set unlisted_plan; then billhook plans try and plans apply"}
            );
        }
    }
}

}  // namespace billhook
