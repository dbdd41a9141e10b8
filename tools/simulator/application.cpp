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

template <class T>
std::optional<T> value_in(const pqxx::field& from) {
    return from.is_null() ? std::nullopt : std::optional(from.as<T>());
}

std::optional<instant> time_in(const pqxx::field& from) {
    const auto micros = value_in<std::int64_t>(from);
    return micros ? std::optional(instant(std::chrono::microseconds(*micros))) : std::nullopt;
}

std::optional<waiting_change> waiting_in(const pqxx::row& from, pqxx::row::size_type at) {
    if (from[at].is_null()) {
        return std::nullopt;
    }
    return waiting_change{
        from[at].as<std::string>(),
        value_in<std::int64_t>(from[at + 1]),
        time_in(from[at + 2]),
        time_in(from[at + 3])};
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
             " unlisted, quantity, (extract(epoch FROM as_of) * 1000000)::bigint,"
             " billing_interval, billing_interval_count, currency, amount,"
             " (extract(epoch FROM renews_at) * 1000000)::bigint,"
             " (extract(epoch FROM cancels_at) * 1000000)::bigint,"
             " (extract(epoch FROM trial_ends_at) * 1000000)::bigint,"
             " CASE WHEN pending_change IS NOT NULL THEN coalesce(pending_change ->> 'plan', '') "
             "END, (pending_change ->> 'quantity')::bigint,"
             " (extract(epoch FROM (pending_change ->> 'at')::timestamptz) * 1000000)::bigint,"
             " (extract(epoch FROM (pending_change ->> 'until')::timestamptz) * 1000000)::bigint"
             " FROM billing.organization_access"
         )) {
        const auto id = row[0].as<std::string>();
        if (wanted.contains(id)) {
            shown[organization_id(id)] = {
                {row[1].as<std::string>(),
                 row[2].as<std::string>(),
                 row[3].as<std::string>(),
                 row[4].as<std::string>(),
                 row[5].as<bool>(),
                 value_in<std::int64_t>(row[6]),
                 {value_in<std::string>(row[8]),
                  value_in<std::int64_t>(row[9]),
                  value_in<std::string>(row[10]),
                  value_in<std::int64_t>(row[11]),
                  time_in(row[12]),
                  time_in(row[13]),
                  time_in(row[14])},
                 waiting_in(row, 15)},
                *time_in(row[7])
            };
        }
    }
    return shown;
}

}  // namespace billhook::simulator
