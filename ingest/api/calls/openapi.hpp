#pragma once

#include <string_view>

namespace billhook::api {

// openapi.json, built in as text: OpenAPI 3.1 of every call and every problem.
[[nodiscard]] std::string_view openapi_document();

}  // namespace billhook::api
