#pragma once

#include "schemas/stripe/facts.hpp"
#include "schemas/types/columns.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <compare>
#include <string>

namespace billhook {

// S.subscription_facts, S.invoice_facts, S.customer_facts. The fact that holds its second's last
// state carries what is known of that second (fact_history.hpp); with the others it is all false.
template <class Fact>
struct fact_row {
    Fact fact;
    bool last_of_second = false;
    bool turns = false;
    bool ambiguous = false;

    friend bool operator==(const fact_row&, const fact_row&) = default;
};
using subscription_fact_row = fact_row<stripe::subscription_fact>;
using invoice_fact_row = fact_row<stripe::invoice_fact>;
using customer_fact_row = fact_row<stripe::customer_fact>;

void columns(
    row_of<subscription_fact_row, invoice_fact_row, customer_fact_row> auto& row,
    const auto& column
) {
    columns(row.fact, column);
    column("last_of_second", row.last_of_second);
    column("turns", row.turns);
    column("ambiguous", row.ambiguous);
}

// The primary key of such a row.
struct fact_key {
    std::string object;
    instant created{};
    event_id event;

    friend auto operator<=>(const fact_key&, const fact_key&) = default;
};

}  // namespace billhook
