#include "schemas/io/postgres/plans_rows.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/postgres/unknown_access.hpp"

#include <pqxx/result>

#include <fmt/format.h>
#include <string>
#include <utility>

namespace billhook::postgres {

namespace {

[[noreturn]] void refuse(const std::string& text) {
    throw failure(text, {remedy::alarm, {}});
}

applied_plans read_row(const pqxx::row& row) {
    applied_plans one;
    one.version = row[0].as<std::int64_t>();
    one.applied_at = instant{std::chrono::microseconds{row[1].as<std::int64_t>()}};
    one.text.toml = row[2].c_str();
    auto plans = read_plans(one.text.toml);
    if (!plans) {
        const plans_problem first = plans.error().front();  // error() of 1.81 is a copy
        refuse(fmt::format(
            "this program cannot read version {} of the plans (line {}, {}: {}): use the program "
            "that applied it, or a newer one",
            one.version,
            first.line,
            first.key,
            first.text
        ));
    }
    one.text.plans = *std::move(plans);
    return one;
}

std::vector<applied_plans> read_rows(pqxx::transaction_base& in, const std::string& order) {
    std::vector<applied_plans> all;
    for (const auto& row : in.exec(
             "SELECT version, (extract(epoch FROM applied_at) * 1000000)::bigint, toml FROM "
             "billhook.plans ORDER BY version " +
             order
         )) {
        all.push_back(read_row(row));
    }
    if (all.empty()) {
        refuse("no plans are in force: run `billhook migrate`");
    }
    return all;
}

}  // namespace

std::int64_t plans_version(pqxx::transaction_base& in) {
    return in.exec1("SELECT coalesce(max(version), 0) FROM billhook.plans")[0].as<std::int64_t>();
}

applied_plans plans_in_force(pqxx::transaction_base& in) {
    return read_rows(in, "DESC LIMIT 1").front();
}

std::vector<applied_plans> all_applied_plans(pqxx::transaction_base& in) {
    return read_rows(in, "");
}

std::int64_t add_plans(pqxx::transaction_base& in, const plans_text& next) {
    const auto row = in.exec_params1(
        "INSERT INTO billhook.plans (version, toml, applied_at) SELECT coalesce(max(version), 0) + "
        "1, $1, clock_timestamp() FROM billhook.plans RETURNING version",
        next.toml
    );
    store_unknown_access(in, next.plans);
    return row[0].as<std::int64_t>();
}

}  // namespace billhook::postgres
