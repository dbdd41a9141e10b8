#include "worker/ledger/projections.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/postgres/unknown_access.hpp"
#include "worker/ledger/fold_version.hpp"

#include <pqxx/except>
#include <pqxx/result>
#include <pqxx/transaction>

#include <fmt/format.h>

namespace billhook {

namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw postgres::failure(text, {postgres::remedy::stop, {}});
}

}  // namespace

std::optional<projection> live_projection(pqxx::transaction_base& in) {
    try {
        const pqxx::result rows = in.exec(
            "SELECT name, schema, role, generation, fold_version, livemode FROM "
            "billhook.projections WHERE role = 'live'"
        );
        if (rows.empty()) {
            return std::nullopt;
        }
        const auto row = rows[0];
        return projection{
            .name = row[0].c_str(),
            .schema = row[1].c_str(),
            .role = row[2].c_str(),
            .generation = row[3].as<std::int64_t>(),
            .fold_version = row[4].as<std::int32_t>(),
            .livemode = row[5].as<bool>(),
        };
    } catch (const pqxx::undefined_table&) {
        refuse("the database was never migrated: run `billhook migrate`");
    } catch (const pqxx::sql_error& error) {
        if (error.sqlstate() == "3F000") {
            refuse("the database was never migrated: run `billhook migrate`");
        }
        throw;
    }
}

projection own_live_projection(pqxx::transaction_base& in) {
    const auto found = live_projection(in);
    if (!found) {
        refuse("there is no live projection: run `billhook migrate`");
    }
    if (found->fold_version != fold_version) {
        refuse(fmt::format(
            "the live projection {} was built by fold version {}, this program is version {}: run "
            "the program that fits, or `billhook replay` and `billhook promote`",
            found->name,
            found->fold_version,
            fold_version
        ));
    }
    return *found;
}

void prepare_for_work(postgres::connection& on, const catalogue& plans) {
    pqxx::work transaction(on.raw());
    static_cast<void>(own_live_projection(transaction));
    postgres::store_unknown_access(transaction, plans);
    transaction.commit();
}

}  // namespace billhook
