#pragma once

#include "schemas/plans/catalogue.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <string>

namespace billhook {

enum class constants_language : std::uint8_t { typescript, python, go };

// Two names of plans.toml that would be one constant (a-b and a_b).
struct same_constant {
    std::string constant;
    std::string first;
    std::string second;
    friend bool operator==(const same_constant&, const same_constant&) = default;
};

// A source file with a constant for each switch, limit and plan, and a type for each of these
// three: a misspelt name no longer compiles. Sorted by name, plans as they rise: the same plans
// always make the same file.
[[nodiscard]] result<std::string, same_constant> constants_file(
    const catalogue& plans,
    constants_language language
);

}  // namespace billhook
