#include "tools/commands/standing_json.hpp"

#include "schemas/io/postgres/unknown_access.hpp"

namespace billhook {
namespace {

template <class Id>
std::optional<std::string> stripe_id(const std::optional<Id>& id) {
    return id ? std::optional{own_part(*id)} : std::nullopt;
}

}  // namespace

std::optional<std::string> time_text(const std::optional<instant>& at) {
    return at ? std::optional{to_rfc3339(*at)} : std::nullopt;
}

void add_standing(json::writer& to, const standing& one) {
    to.begin_object()
        .member("organization_id", one.organization.text())
        .member("plan", one.plan)
        .member("subscription_status", one.subscription_status)
        .member("access", to_word(one.access))
        .member("reason", to_word(one.why))
        .member("in_dunning", one.in_dunning)
        .member("grace_until", time_text(one.grace_until))
        .member("restricted_until", time_text(one.restricted_until))
        .member("next_change_at", time_text(one.next_change_at))
        .member("stale", one.stale)
        .key("features")
        .add_raw(postgres::features_json(one.features))
        .member("stripe_customer_id", stripe_id(one.customer))
        .member("stripe_subscription_id", stripe_id(one.subscription))
        .member("as_of", to_rfc3339(one.as_of))
        .end_object();
}

}  // namespace billhook
