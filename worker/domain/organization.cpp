#include "worker/domain/organization.hpp"

#include <tuple>

namespace billhook {

namespace {

// The latest claiming session, by (created, id), of those that `matches` lets through.
template <class Matches>
std::optional<organization_id> latest_claim(
    std::span<const stripe::checkout_fact> sessions,
    Matches matches
) {
    const stripe::checkout_fact* latest = nullptr;
    for (const auto& session : sessions) {
        if (matches(session) && claim_of(session) &&
            (latest == nullptr ||
             std::tie(latest->created, latest->id) < std::tie(session.created, session.id))) {
            latest = &session;
        }
    }
    return latest == nullptr ? std::nullopt : claim_of(*latest);
}

}  // namespace

std::optional<organization_id> claim_of(const stripe::checkout_fact& session) {
    if (session.mode != "subscription") {
        return std::nullopt;
    }
    return session.organization ? session.organization : session.client_reference;
}

std::optional<organization_id> organization_of_customer(
    const customer_id& customer,
    const std::optional<organization_id>& own_metadata,
    const claims& known
) {
    if (own_metadata) {
        return own_metadata;
    }
    const auto by_session = latest_claim(known.sessions, [&](const stripe::checkout_fact& session) {
        return session.customer == customer;
    });
    if (by_session) {
        return by_session;
    }
    const mapping* latest = nullptr;
    for (const auto& one : known.mappings) {
        if (one.customer == customer &&
            (latest == nullptr ||
             std::tie(latest->created, latest->id) < std::tie(one.created, one.id))) {
            latest = &one;
        }
    }
    return latest == nullptr ? std::nullopt : std::optional{latest->organization};
}

std::optional<organization_id> organization_of_subscription(
    const subscription_id& subscription,
    const std::optional<organization_id>& own_metadata,
    const claims& known,
    const std::optional<organization_id>& customers
) {
    if (own_metadata) {
        return own_metadata;
    }
    const auto own_session =
        latest_claim(known.sessions, [&](const stripe::checkout_fact& session) {
            return session.subscription == subscription;
        });
    return own_session ? own_session : customers;
}

}  // namespace billhook
