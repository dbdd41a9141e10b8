#include "schemas/messages/reading.hpp"

#include "schemas/json/writer.hpp"
#include "schemas/types/sha256.hpp"

namespace billhook {
namespace {

constexpr std::string_view prefix = "rec_";
constexpr std::size_t digits = 24;

}  // namespace

event_id reading_id(const reading& what) {
    std::string said(what.object_id);
    said.append(1, '\0').append(what.type).append(1, '\0');
    said += std::to_string(to_unix_seconds(what.created));
    return event_id(std::string(prefix) + sha256_hex(said).substr(0, digits));
}

bool is_reading(const event_id& id) {
    return id.text().starts_with(prefix);
}

std::string to_json(const reading& what) {
    json::writer out;
    out.begin_object()
        .member("id", reading_id(what).text())
        .member("object", "event")
        .member("api_version", what.api_version)
        .member("created", to_unix_seconds(what.created))
        .member("livemode", what.livemode)
        .member("type", what.type);
    if (what.assumed) {
        out.member("assumed", true);
    }
    out.key("data").begin_object().key("object").add_raw(what.object).end_object().end_object();
    return out.take();
}

}  // namespace billhook
