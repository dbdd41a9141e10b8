#pragma once

#include "schemas/plans/catalogue.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace billhook {

// What a feature is, in every plan and add-on that has it.
enum class feature_type : std::uint8_t {
    on_or_off,  // asked with billing.can
    limit,      // a number, or unlimited: asked with billing.limit_of
};

[[nodiscard]] std::string_view to_word(feature_type type);  // "switch", "limit"

// Of every plan and add-on, by the feature's name.
using feature_type_map = std::map<std::string, feature_type>;
[[nodiscard]] feature_type_map feature_types(const catalogue& plans);

// As tables have them: {"notes": "switch", "seats": "limit"}.
[[nodiscard]] std::string to_text(const feature_type_map& types);

}  // namespace billhook
