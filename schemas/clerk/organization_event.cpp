#include "schemas/clerk/organization_event.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/types/sha256.hpp"

#include <algorithm>
#include <utility>

namespace billhook::clerk {
namespace {

using stripe::parse_error;

constexpr std::size_t longest_id = 255;                   // as everywhere
constexpr std::string_view replacement = "\xEF\xBF\xBD";  // what the reader makes of a NUL

std::string_view text_at(json::value in, std::string_view name) {
    const auto text = in.find(name).as_string().value_or("");
    return text.size() <= longest_id ? text : std::string_view();
}

bool is_printable(std::string_view text) {
    return !text.empty() &&
           std::all_of(text.begin(), text.end(), [](char c) { return c >= ' ' && c <= '~'; });
}

std::optional<instant> time_at(json::value in, std::string_view name) {
    constexpr std::int64_t end_of_time = 253'402'300'800'000;  // ms: the year 10000
    const auto milliseconds = in.find(name).as_int64();
    return milliseconds && *milliseconds > 0 && *milliseconds < end_of_time
               ? std::optional{instant{std::chrono::milliseconds{*milliseconds}}}
               : std::nullopt;
}

// For people alone: what cannot be read is not there.
std::optional<std::string> name_at(json::value in) {
    constexpr std::size_t longest_name = 1'000;
    const auto text = in.find("name").as_string();
    return text && !text->empty() && text->size() <= longest_name
               ? std::optional<std::string>{*text}
               : std::nullopt;
}

result<organization_id, parse_error> id_in(json::value data) {
    const auto id = text_at(data, "id");
    if (id.empty()) {
        return data.find("id").is_absent() ? parse_error::no_object : parse_error::bad_id;
    }
    if (id.find(replacement) != id.npos) {
        return parse_error::bad_id;
    }
    return organization_id(std::string{id});
}

// `deletion`: the record's id where the organization is gone.
result<told, parse_error> organization_in(
    json::value root,
    const std::optional<event_id>& deletion
) {
    const auto data = root.find("data");
    const auto organization = id_in(data);
    if (!organization) {
        return organization.error();
    }
    const auto created = deletion ? time_at(root, "timestamp") : time_at(data, "created_at");
    if (!created) {
        return parse_error::no_created;
    }
    mapping said;
    said.organization = *organization;
    said.created = *created;
    said.deleted = deletion.has_value();
    if (deletion) {
        said.id = *deletion;
    } else {
        said.id = organization_mapping_id(*organization);
        said.organization_created = created;
        said.updated_at = time_at(data, "updated_at");
        said.name = name_at(data);
    }
    return told{std::move(said)};
}

}  // namespace

routing route(std::string_view body, std::string_view event) {
    routing to{std::string(event), std::nullopt};
    const auto text = json::read(body);
    if (!text) {
        return to;
    }
    const auto root = text->root();
    if (const auto id = text_at(root.find("data"), "id"); !id.empty()) {
        to.key = id;
    }
    if (const auto type = text_at(root, "type"); is_printable(type)) {
        to.event_type = type;
    }
    return to;
}

result<told, parse_error> parse_event(
    std::string_view body,
    const std::optional<std::string>& event
) {
    const auto text = json::read(body);
    if (!text) {
        return parse_error::not_json;
    }
    const auto root = text->root();
    if (!root.is_object()) {
        return parse_error::not_an_object;
    }
    const auto type = text_at(root, "type");
    if (type == "organization.created" || type == "organization.updated") {
        return organization_in(root, std::nullopt);
    }
    if (!event || event->empty()) {
        return parse_error::no_id;
    }
    if (type == "organization.deleted" && !root.find("data").find("id").is_nothing()) {
        return organization_in(root, event_id(*event));
    }
    stripe::event ignored;
    ignored.id = event_id(*event);
    ignored.type = type;
    ignored.object = text_at(root.find("data"), "id");
    ignored.created = time_at(root, "timestamp");
    return told{std::move(ignored)};
}

event_id organization_mapping_id(const organization_id& organization) {
    std::string text = "clerk";
    text += '\0';
    text += organization.text();
    return event_id("map_" + sha256_hex(text).substr(0, 24));
}

}  // namespace billhook::clerk
