#pragma once

#include <string>
#include <string_view>

// Entity tags of answers. Pure.
namespace billhook::api {

// Of a text: in quotes, without the W/ of a weak one.
[[nodiscard]] std::string etag_of(std::string_view text);

// Whether the value of an If-None-Match has it, compared weakly.
[[nodiscard]] bool is_among(std::string_view if_none_match, std::string_view etag);

}  // namespace billhook::api
