#include "tests/builders/past.hpp"

#include <variant>

namespace billhook::builders {

namespace {

void take(organization_history&, const std::monostate&) {}
void take(organization_history& to, const stripe::customer_fact& fact) {
    to.customer_facts.push_back(fact);
}
void take(organization_history& to, const stripe::subscription_fact& fact) {
    to.subscription_facts.push_back(fact);
}
void take(organization_history& to, const stripe::invoice_fact& fact) {
    to.invoice_facts.push_back(fact);
}
void take(organization_history& to, const stripe::checkout_fact& fact) {
    to.checkout_sessions.push_back(fact);
}
void take(organization_history& to, const stripe::schedule_fact& fact) {
    to.schedules.push_back(fact);
}

void take(organization_history& to, const stripe::decline_fact& fact) {
    to.declines.push_back(fact);
}

}  // namespace

organization_history past_of(std::span<const received> events) {
    organization_history past;
    past.organization = organization_id{"org_1"};
    for (const auto& one : events) {
        journal_row row;
        row.received_at = one.received_at;
        if (const auto* record = std::get_if<mapping>(&one.what)) {
            row.id = record->id;
            row.type = "billhook.mapping";
            past.mappings.push_back(*record);
        } else if (const auto* given = std::get_if<grant>(&one.what)) {
            row.id = given->id;
            row.type = type_of(*given);
            past.grants.push_back(*given);
        } else {
            const auto& event = std::get<stripe::event>(one.what);
            row.id = event.id;
            row.type = event.type;
            std::visit([&](const auto& said) { take(past, said); }, event.said);
        }
        past.journal.insert_or_assign(row.id, row);
    }
    return past;
}

std::vector<policy_period> example_policy() {
    return {
        {instant{}, example_plans()}
    };
}

}  // namespace billhook::builders
