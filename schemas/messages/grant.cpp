#include "schemas/messages/grant.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/plans/features_text.hpp"
#include "schemas/types/sha256.hpp"

#include <utility>

namespace billhook {
namespace {

constexpr std::string_view grant_word = "billhook.grant";
constexpr std::string_view revoke_word = "billhook.revoke";
constexpr std::size_t longest_word = 255;
constexpr std::size_t longest_reason = 1'000;
constexpr std::int64_t unlimited = -1;

std::optional<std::string> text_at(
    json::value in,
    std::string_view name,
    std::size_t longest = longest_word
) {
    const auto text = in.find(name).as_string();
    return text && !text->empty() && text->size() <= longest ? std::optional<std::string>{*text}
                                                             : std::nullopt;
}

std::optional<instant> time_at(json::value in, std::string_view name) {
    const auto text = in.find(name).as_string();
    return text ? from_rfc3339(*text) : std::nullopt;
}

// False: a value that no feature has.
bool read_features(json::value from, feature_map& to) {
    if (!from.is_object()) {
        return from.is_nothing();
    }
    for (const json::value each : from.items()) {
        const auto truth = each.as_bool();
        const auto number = each.is_null() ? unlimited : each.as_int64();
        if (each.key().empty() || (!truth && (!number || *number < unlimited))) {
            return false;
        }
        to.emplace(each.key(), truth ? feature_value{*truth} : feature_value{*number});
    }
    return true;
}

// What is there must be readable: a plan that is a number is not "no plan".
bool read_gift(json::value from, grant& to) {
    to.plan = text_at(from, "plan");
    to.full_access = from.find("access").as_string() == "full";
    to.exempt = from.find("exempt").as_bool().value_or(false);
    to.trial_extension = from.find("trial_extension").as_int64();
    to.until = time_at(from, "until");
    const bool readable = (to.plan || from.find("plan").is_nothing()) &&
                          (to.full_access || from.find("access").is_nothing()) &&
                          (to.trial_extension || from.find("trial_extension").is_nothing()) &&
                          read_features(from.find("features"), to.features);
    const bool lasting = to.plan || to.full_access || to.exempt || !to.features.empty();
    constexpr std::int64_t longest = 100LL * 365 * 86'400;  // a hundred years: no time overflows
    const bool extends =
        to.trial_extension && *to.trial_extension > 0 && *to.trial_extension <= longest;
    return readable &&
           (extends ? !lasting && !to.until : lasting && to.until && !to.trial_extension);
}

}  // namespace

event_id grant_id(const grant& what) {
    grant unnamed = what;
    unnamed.id = event_id{};
    const std::string prefix = what.revokes ? "revoke_" : "grant_";
    return event_id(prefix + sha256_hex(to_json(unnamed)).substr(0, 24));
}

std::string_view type_of(const grant& what) {
    return what.revokes ? revoke_word : grant_word;
}

std::string_view to_word(grant_error why) {
    switch (why) {
        case grant_error::not_json:
            return "not_json";
        case grant_error::bad_grant:
            return "bad_grant";
    }
    return "";
}

std::string to_json(const grant& what) {
    json::writer out;
    out.begin_object()
        .member("id", what.id.text())
        .member("object", type_of(what))
        .member("organization", what.organization.text())
        .member_if("revokes", what.revokes)
        .member_if("plan", what.plan);
    if (what.full_access) {
        out.member("access", "full");
    }
    if (!what.features.empty()) {
        out.key("features").add_raw(to_text(what.features));
    }
    if (what.exempt) {
        out.member("exempt", true);
    }
    out.member_if("trial_extension", what.trial_extension)
        .member_if("until", what.until)
        .member("actor", what.actor)
        .member("reason", what.reason)
        .member("created", to_rfc3339(what.created))
        .end_object();
    return out.take();
}

result<grant, grant_error> parse_grant(std::string_view body) {
    const auto text = json::read(body);
    if (!text) {
        return grant_error::not_json;
    }
    const json::value root = text->root();
    const auto object = root.find("object").as_string();
    auto id = text_at(root, "id");
    auto organization = text_at(root, "organization");
    auto actor = text_at(root, "actor");
    auto reason = text_at(root, "reason", longest_reason);
    const auto created = time_at(root, "created");
    if (!id || !organization || !actor || !reason || !created) {
        return grant_error::bad_grant;
    }
    grant what;
    what.id = event_id(*std::move(id));
    what.organization = organization_id(*std::move(organization));
    what.actor = *std::move(actor);
    what.reason = *std::move(reason);
    what.created = *created;
    if (auto revokes = text_at(root, "revokes"); object == revoke_word && revokes) {
        what.revokes = event_id(*std::move(revokes));
        return what;
    }
    if (object != grant_word || !read_gift(root, what)) {
        return grant_error::bad_grant;
    }
    return what;
}

message message_of(const grant& what) {
    record said;
    said.key = what.organization.text();
    said.body = to_json(what);
    said.event_id = what.id.text();
    said.event_type = type_of(what);
    said.endpoint = "operator";
    said.received_at = what.created;
    said.source = record_source_kind::by_operator;
    return {topics::stripe_events, said.key, said.body, headers_of(said)};
}

}  // namespace billhook
