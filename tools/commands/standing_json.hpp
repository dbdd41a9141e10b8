#pragma once

#include "schemas/json/writer.hpp"
#include "worker/domain/standings.hpp"

#include <optional>
#include <string>

namespace billhook {

// Appends the standing as one object, with the names of billing.organization_access.
void add_standing(json::writer& to, const standing& one);

[[nodiscard]] std::optional<std::string> time_text(const std::optional<instant>& at);

}  // namespace billhook
