#include "schemas/stripe/fact_text.hpp"
#include "tests/builders/memory_projection.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fmt/ranges.h>

// Every row as a line of text.
namespace billhook::builders {

namespace {

std::string text_of(const std::optional<instant>& at) {
    return at ? to_rfc3339(*at) : "-";
}

template <class Id>
std::string text_of(const std::optional<Id>& id) {
    return id ? id->text() : "-";
}

std::string text_of(const feature_map& features) {
    std::string text;
    for (const auto& [name, value] : features) {
        text += std::holds_alternative<bool>(value)
                    ? fmt::format("{}={} ", name, std::get<bool>(value))
                    : fmt::format("{}={} ", name, std::get<std::int64_t>(value));
    }
    return text;
}

template <class Fact>
std::string line_of(std::string_view table, const Fact& fact) {
    return fmt::format(
        "{} {} {} {} {} {} {} {} {}",
        table,
        fact.id.text(),
        to_rfc3339(fact.created),
        fact.event.text(),
        fact.api_version,
        static_cast<int>(fact.within_second),
        static_cast<int>(fact.says),
        to_text(fact.state),
        to_text(fact.replaced)
    );
}

std::string line_of(const journal_row& r) {
    return fmt::format(
        "events {} {} {} {} {} {}",
        r.id.text(),
        r.type,
        r.object,
        text_of(r.customer),
        text_of(r.created),
        r.api_version
    );
}

std::string line_of(const customer_row& r) {
    return fmt::format(
        "customers {} {} {} {} {} {} {} {}",
        r.key,
        r.known,
        text_of(r.event),
        text_of(r.event_created),
        r.ambiguous,
        r.deleted,
        to_text(r.state),
        text_of(r.organization)
    );
}

std::string line_of(const subscription_row& r) {
    return fmt::format(
        "subscriptions {} {} {} {} {} {} {} {}",
        r.id.text(),
        r.event.text(),
        to_rfc3339(r.event_created),
        r.ambiguous,
        r.deleted,
        r.begun,
        to_text(r.state),
        text_of(r.organization)
    );
}

std::string line_of(const invoice_row& r) {
    const auto& g = r.registers;
    return fmt::format(
        "invoices {} {} {} {} {} {} {} {} {} {} {}",
        r.id.text(),
        r.event.text(),
        to_rfc3339(r.event_created),
        r.ambiguous,
        to_text(r.state),
        text_of(g.first_failure),
        text_of(g.last_failure),
        text_of(g.last_action_required),
        text_of(g.paid_at),
        text_of(g.forgiven_at),
        to_rfc3339(g.first_seen)
    );
}

std::string line_of(const stripe::checkout_fact& s) {
    return fmt::format(
        "checkout_sessions {} {} {} {} {} {} {} {} {} {}",
        s.id.text(),
        s.event.text(),
        to_rfc3339(s.event_created),
        s.api_version,
        s.mode,
        text_of(s.customer),
        text_of(s.subscription),
        text_of(s.client_reference),
        text_of(s.organization),
        to_rfc3339(s.created)
    );
}

std::string line_of(const stripe::decline_fact& d) {
    return fmt::format(
        "declines {} {} {} {} {} {}",
        d.customer.text(),
        d.event.text(),
        to_rfc3339(d.created),
        d.api_version,
        text_of(d.invoice),
        d.code
    );
}

std::string line_of(const dunning_case& c) {
    return fmt::format(
        "dunning_cases {} {} {} {} {} {} {} {}",
        c.subscription.text(),
        to_rfc3339(c.anchor),
        text_of(c.ended_at),
        fmt::join(c.members, "+"),
        to_rfc3339(c.last_failure),
        c.action_required,
        c.paid,
        c.forgiven
    );
}

std::string line_of(const standing& s) {
    return fmt::format(
        "standings {} {} {} {} {} {} {} {} {} {} {} {} {}",
        s.organization.text(),
        s.plan.value_or("-"),
        s.subscription_status,
        to_word(s.access),
        to_word(s.why),
        s.in_dunning,
        text_of(s.grace_until),
        text_of(s.restricted_until),
        text_of(s.next_change_at),
        s.stale,
        text_of(s.features),
        text_of(s.customer),
        text_of(s.subscription)
    );
}

}  // namespace

std::vector<std::string> memory_projection::dump() const {
    std::vector<std::string> lines;
    for (const auto& [key, row] : journal_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, row] : customers_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, fact] : customer_facts_) {
        lines.push_back(line_of("customer_facts", fact));
    }
    for (const auto& [key, r] : subscription_facts_) {
        lines.push_back(line_of("subscription_facts", r.fact) + (r.last_of_second ? " last" : ""));
    }
    for (const auto& [key, fact] : invoice_facts_) {
        lines.push_back(line_of("invoice_facts", fact));
    }
    for (const auto& [key, row] : subscriptions_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, row] : invoices_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, row] : checkout_sessions_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [id, m] : mappings_) {
        lines.push_back("mappings " + to_json(m));
    }
    for (const auto& [key, row] : declines_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, row] : cases_) {
        lines.push_back(line_of(row));
    }
    for (const auto& [key, row] : standings_) {
        lines.push_back(line_of(row));
    }
    std::sort(lines.begin(), lines.end());
    return lines;
}

}  // namespace billhook::builders
