#include "schemas/plans/features_text.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"
#include "schemas/types/assert.hpp"

#include <cstdint>
#include <variant>

namespace billhook {

namespace {

constexpr std::int64_t unlimited = -1;

}  // namespace

std::string to_text(const feature_map& features) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, value] : features) {
        if (const bool* const truth = std::get_if<bool>(&value)) {
            out.member(name, *truth);
        } else if (std::get<std::int64_t>(value) == unlimited) {
            out.member(name, nullptr);
        } else {
            out.member(name, std::get<std::int64_t>(value));
        }
    }
    out.end_object();
    return out.take();
}

void from_text(std::string_view text, feature_map& features) {
    const auto read = json::read(text);
    BILLHOOK_ASSERT(read.has_value() && read->root().is_object());
    features.clear();
    for (const json::value each : read->root().items()) {
        feature_value& value = features[std::string(each.key())];
        if (const auto truth = each.as_bool()) {
            value = *truth;
        } else if (each.is_null()) {
            value = unlimited;
        } else {
            BILLHOOK_ASSERT(each.as_int64().has_value());
            value = *each.as_int64();
        }
    }
}

}  // namespace billhook
