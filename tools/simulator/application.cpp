#include "tools/simulator/application.hpp"

#include <pqxx/nontransaction>
#include <pqxx/result>
#include <pqxx/transaction>

#include <set>

namespace billhook::simulator {

namespace {

std::set<std::string> columns_of_organizations(pqxx::work& in) {
    std::set<std::string> columns;
    for (const auto& row :
         in.exec("SELECT column_name FROM information_schema.columns"
                 " WHERE table_schema = 'public' AND table_name = 'organizations'")) {
        columns.insert(row[0].as<std::string>());
    }
    return columns;
}

}  // namespace

void add_rows(pqxx::connection& in, std::span<const organization_life* const> lives) {
    pqxx::work work(in);
    const auto columns = columns_of_organizations(work);
    const bool named = columns.contains("name");
    const bool dated = columns.contains("created_at");
    for (const auto* life : lives) {
        if (!life->row) {
            continue;
        }
        std::string names = "id, stripe_customer_id";
        std::string values = work.quote(life->organization.text()) + ", ";
        const auto& linked = life->row->stripe_customer;
        values += linked.empty() ? "NULL" : work.quote(linked);
        if (named) {
            names += ", name";
            values += ", " + work.quote("Practice " + life->organization.text());
        }
        if (dated) {
            names += ", created_at";
            values += ", " + work.quote(to_rfc3339(life->row->created_at)) + "::timestamptz";
        }
        work.exec0(
            "INSERT INTO public.organizations (" + names + ") VALUES (" + values +
            ") ON CONFLICT (id) DO NOTHING"
        );
    }
    work.commit();
}

shown_answers read_answers(pqxx::connection& in, std::span<const organization_life> lives) {
    std::set<std::string> wanted;
    for (const auto& life : lives) {
        wanted.insert(life.organization.text());
    }
    pqxx::nontransaction asks(in);
    shown_answers shown;
    for (const auto& row : asks.exec(
             "SELECT organization_id, coalesce(plan, ''), subscription_status, access, reason,"
             " unlisted, quantity, (extract(epoch FROM as_of) * 1000000)::bigint FROM "
             "billing.organization_access"
         )) {
        const auto id = row[0].as<std::string>();
        if (wanted.contains(id)) {
            std::optional<std::int64_t> quantity;
            if (!row[6].is_null()) {
                quantity = row[6].as<std::int64_t>();
            }
            shown[organization_id(id)] = {
                {row[1].as<std::string>(),
                 row[2].as<std::string>(),
                 row[3].as<std::string>(),
                 row[4].as<std::string>(),
                 row[5].as<bool>(),
                 quantity},
                instant(std::chrono::microseconds(row[7].as<std::int64_t>()))
            };
        }
    }
    return shown;
}

}  // namespace billhook::simulator
