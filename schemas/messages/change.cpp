#include "schemas/messages/change.hpp"

#include "schemas/json/writer.hpp"

namespace billhook {
namespace {

std::optional<std::string> time_text(const std::optional<instant>& at) {
    return at ? std::optional{to_rfc3339(*at)} : std::nullopt;
}

template <class Id>
std::optional<std::string> id_text(const std::optional<Id>& id) {
    return id ? std::optional{id->text()} : std::nullopt;
}

}  // namespace

std::string to_json(const change& what) {
    json::writer out;
    out.begin_object()
        .member("organization_id", what.organization.text())
        .member("version", what.version)
        .member("plan", what.plan)
        .member("subscription_status", what.subscription_status)
        .member("access", what.access)
        .member("reason", what.reason)
        .member("in_dunning", what.in_dunning)
        .member("grace_until", time_text(what.grace_until))
        .member("restricted_until", time_text(what.restricted_until))
        .member("next_change_at", time_text(what.next_change_at))
        .member("stale", what.stale)
        .key("features")
        .add_raw(what.features)
        .member("stripe_customer_id", id_text(what.customer))
        .member("stripe_subscription_id", id_text(what.subscription))
        .member("as_of", to_rfc3339(what.as_of))
        .end_object();
    return out.take();
}

}  // namespace billhook
