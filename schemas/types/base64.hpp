#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace billhook {

// RFC 4648. Read strictly, so that every value has one text: no blanks, no bits left over. `base64`
// with its padding, `base64url` (tokens, key sets) without any.
[[nodiscard]] std::string to_base64(std::string_view bytes);
[[nodiscard]] std::string to_base64url(std::string_view bytes);
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
[[nodiscard]] std::optional<std::string> from_base64url(std::string_view text);

}  // namespace billhook
