#pragma once

#include "ingest/http/message.hpp"

#include <string>
#include <string_view>
#include <vector>

// Which pages of other origins may read the answers: those that are listed, compared byte for byte,
// and with a bearer token alone; there are no cookies here, and so no credentials. Pure.
namespace billhook::api {

// "https://app.example.com" with a port where it has one: no path, no "*", no blank.
[[nodiscard]] bool is_origin(std::string_view text);

// Adds what a browser asks for: the origin if it is one of them, and `Vary`, for whatever is
// cached. Without a list nothing.
void add_cors(
    http::response& to,
    const http::request_head& asked,
    const std::vector<std::string>& origins
);

// To OPTIONS at a path of these methods: 204.
[[nodiscard]] http::response preflight_answer(std::string_view methods);

}  // namespace billhook::api
