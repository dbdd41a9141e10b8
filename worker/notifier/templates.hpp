#pragma once

#include <string_view>

// The files of deploy/templates, built into the binary.
namespace billhook::templates {

// The file of that name, "reminder.html"; empty if there is none.
[[nodiscard]] std::string_view file(std::string_view name);

}  // namespace billhook::templates
