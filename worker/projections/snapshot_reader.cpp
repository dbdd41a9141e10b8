#include "worker/projections/snapshot_reader.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/standing_rows.hpp"
#include "worker/ledger/stored_horizon.hpp"

#include <pqxx/result>

#include <fmt/format.h>

namespace billhook {

namespace {

projection projection_to_read(
    pqxx::transaction_base& in,
    const std::string& snapshot,
    const std::optional<std::string>& name
) {
    if (!snapshot.empty()) {
        in.exec("SET TRANSACTION SNAPSHOT " + in.quote(snapshot));
    }
    const auto found = name ? find_projection(in, *name) : live_projection(in);
    if (!found) {
        throw postgres::failure(
            name ? fmt::format("there is no projection {}: see `billhook projections list`", *name)
                 : "there is no live projection: run `billhook migrate`",
            {postgres::remedy::alarm, {}}
        );
    }
    return *found;
}

}  // namespace

snapshot_reader::snapshot_reader(
    postgres::connection& over,
    const std::string& snapshot,
    const std::optional<std::string>& name
)
    : in_(over.raw(), "snapshot"), of_(projection_to_read(in_, snapshot, name)) {
    horizon_ = read_horizon(in_, of_.name);
}

snapshot_reader::snapshot_reader(postgres::connection& over, const std::optional<std::string>& name)
    : snapshot_reader(over, std::string{}, name) {}

snapshot_reader::snapshot_reader(
    postgres::connection& over,
    snapshot_reader& beside,
    const std::string& name
)
    : snapshot_reader(over, beside.in_.exec1("SELECT pg_export_snapshot()")[0].c_str(), name) {}

std::vector<organization_facts> snapshot_reader::next(std::size_t limit) {
    const auto ids = organizations_after(tables(), last_, limit);
    if (!ids.empty()) {
        last_ = ids.back();
    }
    return load_organizations(tables(), ids);
}

}  // namespace billhook
