#include "schemas/messages/mapping.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/sha256.hpp"

namespace billhook {
namespace {

constexpr std::string_view object_word = "billhook.mapping";
constexpr std::size_t longest_id = 255;  // as Stripe's own

std::string digest_of(
    const std::optional<organization_id>& organization,
    const std::optional<customer_id>& customer,
    std::string_view more
) {
    std::string text = organization ? organization->text() : std::string{};
    text += '\0';
    if (customer) {
        text += customer->text();
    }
    text += more;
    return "map_" + sha256_hex(text).substr(0, 24);
}

std::optional<std::string_view> id_at(json::value in, std::string_view name) {
    const auto text = in.find(name).as_string();
    return text && !text->empty() && text->size() <= longest_id ? text : std::nullopt;
}

// Kept for people alone: what cannot be read is not there.
std::optional<std::string> note_at(json::value in, std::string_view name) {
    constexpr std::size_t longest_text = 1'000;
    const auto text = in.find(name).as_string();
    return text && text->size() <= longest_text ? std::optional<std::string>{*text} : std::nullopt;
}

std::optional<instant> moment_at(json::value in, std::string_view name) {
    const auto text = in.find(name).as_string();
    return text ? from_rfc3339(*text) : std::nullopt;
}

}  // namespace

event_id mapping_id(
    const std::optional<organization_id>& organization,
    const std::optional<customer_id>& customer
) {
    return event_id(digest_of(organization, customer, {}));
}

event_id link_id(
    const std::optional<organization_id>& organization,
    const std::optional<customer_id>& customer,
    instant at
) {
    const std::string time = std::to_string(at.time_since_epoch().count());
    return event_id(digest_of(organization, customer, std::string(1, '\0') + time));
}

std::string_view to_word(mapping_error why) {
    switch (why) {
        case mapping_error::not_json:
            return "not_json";
        case mapping_error::bad_mapping:
            return "bad_mapping";
    }
    return "";
}

std::string to_json(const mapping& what) {
    json::writer out;
    out.begin_object()
        .member("id", what.id.text())
        .member("object", object_word)
        .member("organization", what.organization)
        .key("customer");
    what.customer ? out.add(what.customer->text()) : out.add(nullptr);
    if (what.subscription) {
        out.member("subscription", what.subscription);
    }
    out.member("organization_created", what.organization_created)
        .member("created", to_rfc3339(what.created))
        .member_if("actor", what.actor)
        .member_if("reason", what.reason)
        .member_if("updated_at", what.updated_at)
        .member_if("name", what.name);
    if (what.deleted) {
        out.member("deleted", true);
    }
    out.end_object();
    return out.take();
}

result<mapping, mapping_error> parse_mapping(std::string_view body) {
    const auto text = json::read(body);
    if (!text) {
        return mapping_error::not_json;
    }
    const json::value root = text->root();
    const auto id = id_at(root, "id");
    const auto organization = id_at(root, "organization");
    const auto customer = id_at(root, "customer");
    const auto subscription = id_at(root, "subscription");
    const auto created = moment_at(root, "created");
    const auto organization_created = moment_at(root, "organization_created");
    const bool deleted = root.find("deleted").as_bool().value_or(false);
    const bool whole = id && (organization || customer) && created &&
                       root.find("object").as_string() == object_word;
    // What is there must be readable: a customer that is a number is not "no customer".
    const bool readable =
        (organization || root.find("organization").is_nothing()) &&
        (customer || root.find("customer").is_nothing()) &&
        (subscription ? customer.has_value() : root.find("subscription").is_nothing()) &&
        !(deleted && customer) &&
        (organization_created || root.find("organization_created").is_nothing());
    if (!whole || !readable) {
        return mapping_error::bad_mapping;
    }
    mapping what;
    what.id = event_id(std::string(*id));
    if (organization) {
        what.organization = organization_id(std::string(*organization));
    }
    if (customer) {
        what.customer = customer_id(std::string(*customer));
    }
    if (subscription) {
        what.subscription = subscription_id(std::string(*subscription));
    }
    what.organization_created = organization_created;
    what.created = *created;
    what.actor = note_at(root, "actor");
    what.reason = note_at(root, "reason");
    what.updated_at = moment_at(root, "updated_at");
    what.name = note_at(root, "name");
    what.deleted = deleted;
    return what;
}

}  // namespace billhook
