#include "worker/ledger/tables.hpp"

#include "schemas/types/words.hpp"
#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <array>
#include <concepts>
#include <type_traits>

namespace billhook::tables {

namespace {

template <class T>
inline constexpr bool is_optional = false;
template <class T>
inline constexpr bool is_optional<std::optional<T>> = true;

template <class T>
constexpr std::string_view sql_type() {
    if constexpr (is_optional<T>) {
        return sql_type<typename T::value_type>();
    } else if constexpr (std::same_as<T, bool>) {
        return "boolean";
    } else if constexpr (std::same_as<T, std::int32_t>) {
        return "integer";
    } else if constexpr (std::same_as<T, std::int64_t>) {
        return "bigint";
    } else if constexpr (std::same_as<T, instant>) {
        return "timestamptz";
    } else if constexpr (std::same_as<T, std::vector<std::string>>) {
        return "text[]";
    } else if constexpr (std::same_as<T, feature_map> || std::same_as<T, std::vector<stripe::subscription_item>> || std::same_as<T, pending_change>) {
        return "jsonb";
    } else {
        return "text";
    }
}

template <class Row>
table described(std::string_view name, std::size_t keys) {
    table all{.name = name, .keys = keys, .columns = {}};
    const Row row;
    columns(row, [&]<class T>(std::string_view each, const T&) {
        all.columns.push_back({each, sql_type<T>(), is_optional<T>});
    });
    return all;
}

}  // namespace

const table events = described<journal_row>("events", 1);
const table customer_facts = described<customer_fact_row>("customer_facts", 3);
const table subscription_facts = described<subscription_fact_row>("subscription_facts", 3);
const table invoice_facts = described<invoice_fact_row>("invoice_facts", 3);
const table customers = described<customer_row>("customers", 1);
const table subscriptions = described<subscription_row>("subscriptions", 1);
const table invoices = described<invoice_row>("invoices", 1);
const table checkout_sessions = described<stripe::checkout_fact>("checkout_sessions", 1);
const table schedules = described<stripe::schedule_fact>("schedules", 1);
const table mappings = described<mapping>("mappings", 1);
const table grants = described<grant>("grants", 1);
const table declines = described<stripe::decline_fact>("declines", 2);
const table dunning_cases = described<dunning_case>("dunning_cases", 2);
const table standings = described<standing>("standings", 1);

std::span<const table* const> all() {
    static constexpr std::array<const table*, 14> every{
        &events,
        &customer_facts,
        &subscription_facts,
        &invoice_facts,
        &customers,
        &subscriptions,
        &invoices,
        &checkout_sessions,
        &schedules,
        &mappings,
        &grants,
        &declines,
        &dunning_cases,
        &standings,
    };
    return every;
}

}  // namespace billhook::tables
