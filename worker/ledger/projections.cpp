#include "worker/ledger/projections.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/fold_version.hpp"

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

#include <fmt/format.h>
#include <sstream>
#include <utility>
#include <vector>

namespace billhook {

namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw postgres::failure(text, {postgres::remedy::alarm, {}});
}

projection projection_in(const pqxx::row& row) {
    return {
        .name = row[0].c_str(),
        .schema = row[1].c_str(),
        .role = row[2].c_str(),
        .generation = row[3].as<std::int64_t>(),
        .fold_version = row[4].as<std::int32_t>(),
        .livemode = row[5].as<bool>(),
        .accounts = accounts_from(row[6].c_str()),
    };
}

std::vector<projection> projections_where(
    pqxx::transaction_base& in,
    const std::string& condition
) {
    try {
        std::vector<projection> found;
        for (const auto& row : in.exec(
                 "SELECT name, schema, role, generation, fold_version, livemode, "
                 "array_to_string(accounts, ',') FROM billhook.projections WHERE " +
                 condition + " ORDER BY name"
             )) {
            found.push_back(projection_in(row));
        }
        return found;
    } catch (const pqxx::undefined_table&) {
        refuse("the database was never migrated: run `billhook migrate`");
    } catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "3F000") {
            refuse("the database was never migrated: run `billhook migrate`");
        }
        throw;
    }
}

std::optional<projection> only(std::vector<projection> found) {
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

}  // namespace

std::set<std::string> accounts_from(const std::string& list) {
    std::set<std::string> all;
    std::istringstream in(list);
    for (std::string each; std::getline(in, each, ',');) {
        all.insert(each);
    }
    return all;
}

std::optional<projection> live_projection(pqxx::transaction_base& in) {
    return only(projections_where(in, "role = 'live'"));
}

std::optional<projection> find_projection(pqxx::transaction_base& in, const std::string& name) {
    return only(projections_where(in, "name = " + in.quote(name)));
}

std::vector<projection> all_projections(pqxx::transaction_base& in) {
    return projections_where(in, "true");
}

projection some_live_projection(pqxx::transaction_base& in) {
    auto found = live_projection(in);
    if (!found) {
        refuse("there is no live projection: run `billhook migrate`");
    }
    return *std::move(found);
}

projection own_live_projection(pqxx::transaction_base& in) {
    auto found = some_live_projection(in);
    if (found.fold_version != fold_version) {
        refuse(fmt::format(
            "the live projection {} was built by fold version {}, this program is version {}: run "
            "the program that fits, or `billhook replay --into NAME`, then `billhook promote NAME`",
            found.name,
            found.fold_version,
            fold_version
        ));
    }
    return found;
}

projection own_building_projection(pqxx::transaction_base& in, const std::string& name) {
    const auto found = find_projection(in, name);
    if (!found || found->role != "building") {
        refuse(fmt::format("there is no projection {} that is being built", name));
    }
    if (found->fold_version != fold_version) {
        refuse(fmt::format(
            "the projection {} was begun by fold version {}, this program is version {}: use the "
            "program that fits, or `billhook projections drop {}`",
            name,
            found->fold_version,
            fold_version,
            name
        ));
    }
    return *found;
}

postgres::applied_plans prepare_for_work(postgres::connection& on) {
    pqxx::work transaction(on.raw());
    static_cast<void>(own_live_projection(transaction));
    auto plans = postgres::plans_in_force(transaction);
    transaction.commit();
    return plans;
}

}  // namespace billhook
