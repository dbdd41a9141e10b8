#include "worker/domain/organization.hpp"

#include "schemas/messages/reading.hpp"

#include <tuple>

namespace billhook {

namespace {

// The latest, by (created, id), of those that `matches` lets through.
template <class Each, class Matches>
const Each* latest(std::span<const Each> all, Matches matches) {
    const Each* found = nullptr;
    for (const auto& one : all) {
        if (matches(one) && (found == nullptr ||
                             std::tie(found->created, found->id) < std::tie(one.created, one.id))) {
            found = &one;
        }
    }
    return found;
}

bool is_agreed(const stripe::checkout_fact& session) {
    return session.mode == "subscription" && session.completed;
}

// The client_reference_id of the customer's sessions, if all that have one agree.
std::optional<organization_id> sole_reference(const customer_id& customer, const claims& known) {
    std::optional<organization_id> sole;
    for (const auto& one : known.sessions) {
        if (one.customer != customer || !is_agreed(one) || !one.client_reference) {
            continue;
        }
        if (sole && sole != one.client_reference) {
            return std::nullopt;
        }
        sole = one.client_reference;
    }
    return sole;
}

}  // namespace

std::optional<organization_id> claim_of(const stripe::checkout_fact& session) {
    if (!is_agreed(session)) {
        return std::nullopt;
    }
    return session.organization ? session.organization : session.client_reference;
}

std::string_view to_word(claimed_by what) {
    switch (what) {
        case claimed_by::operators_override:
            return "override";
        case claimed_by::metadata:
            return "metadata";
        case claimed_by::checkout_session:
            return "checkout_session";
        case claimed_by::customer:
            return "customer";
        case claimed_by::mapping_record:
            return "mapping";
        case claimed_by::client_reference:
            return "client_reference_id";
    }
    return "";
}

std::optional<organization_id> organization_of(const std::optional<organization_claim>& one) {
    return one ? std::optional{one->organization} : std::nullopt;
}

std::optional<organization_claim> claim_on_customer(
    const customer_id& customer,
    const std::optional<organization_id>& own_metadata,
    const claims& known
) {
    if (own_metadata) {
        return organization_claim{*own_metadata, claimed_by::metadata};
    }
    const auto* session = latest(known.sessions, [&](const stripe::checkout_fact& one) {
        return one.customer == customer && is_agreed(one) && one.organization;
    });
    if (session != nullptr) {
        return organization_claim{*session->organization, claimed_by::checkout_session};
    }
    const auto* record = latest(known.mappings, [&](const mapping& one) {
        return one.customer == customer && !one.subscription;
    });
    if (record != nullptr && record->organization) {
        return organization_claim{*record->organization, claimed_by::mapping_record};
    }
    const auto reference = sole_reference(customer, known);
    return reference ? std::optional{organization_claim{*reference, claimed_by::client_reference}}
                     : std::nullopt;
}

std::optional<organization_claim> claim_on_subscription(
    const subscription_id& subscription,
    const stripe::subscription_state& state,
    const claims& known,
    const std::optional<organization_id>& customers
) {
    // One for another customer is not at hand whenever this one's facts are folded.
    const auto* override_of_it = latest(known.mappings, [&](const mapping& one) {
        return one.subscription == subscription && one.customer == state.customer;
    });
    if (override_of_it != nullptr && override_of_it->organization) {
        return organization_claim{*override_of_it->organization, claimed_by::operators_override};
    }
    if (state.organization) {
        return organization_claim{*state.organization, claimed_by::metadata};
    }
    const auto* session = latest(known.sessions, [&](const stripe::checkout_fact& one) {
        return one.subscription == subscription && claim_of(one);
    });
    if (session != nullptr) {
        return organization_claim{*claim_of(*session), claimed_by::checkout_session};
    }
    return customers ? std::optional{organization_claim{*customers, claimed_by::customer}} : std::nullopt;
}

bool shows_customer(const stripe::customer_fact& fact) {
    return fact.within_second != stripe::place::middle || is_reading(fact.event);
}

}  // namespace billhook
