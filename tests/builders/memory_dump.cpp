#include "tests/builders/memory_projection.hpp"
#include "worker/domain/row_text.hpp"

#include <algorithm>
#include <array>

// Every row as a line of text.
namespace billhook::builders {

namespace {

// What depends on the order of arrival, and up to when a standing was assessed.
bool may_differ(std::string_view table, std::string_view column) {
    static constexpr std::array<std::string_view, 6> of_arrival{
        "topic", "partition", "record_offset", "received_at", "outcome", "deliveries"};
    return (table == "events" && std::ranges::find(of_arrival, column) != of_arrival.end()) ||
           (table == "standings" && column == "as_of");
}

void add(std::vector<std::string>& to, std::string_view table, const auto& rows) {
    for (const auto& [key, row] : rows) {
        std::string line(table);
        for (const auto& [column, value] : text_of(row)) {
            if (!may_differ(table, column)) {
                line.append(" ").append(column).append("=").append(value);
            }
        }
        to.push_back(std::move(line));
    }
}

}  // namespace

std::vector<std::string> memory_projection::dump() const {
    std::vector<std::string> lines;
    add(lines, "events", journal_);
    add(lines, "customers", customers_);
    add(lines, "customer_facts", customer_facts_);
    add(lines, "subscription_facts", subscription_facts_);
    add(lines, "invoice_facts", invoice_facts_);
    add(lines, "subscriptions", subscriptions_);
    add(lines, "invoices", invoices_);
    add(lines, "checkout_sessions", checkout_sessions_);
    add(lines, "schedules", schedules_);
    add(lines, "mappings", mappings_);
    add(lines, "grants", grants_);
    add(lines, "declines", declines_);
    add(lines, "dunning_cases", cases_);
    add(lines, "standings", standings_);
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace billhook::builders
