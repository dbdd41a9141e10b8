#pragma once

#include "schemas/json/reader.hpp"

namespace billhook::json {

// What `read` says of any text, by RapidJSON.
[[nodiscard]] result<document, refusal> read_whole(std::string_view bytes);

}  // namespace billhook::json
