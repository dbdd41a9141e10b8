#pragma once

#include "tests/tidy/source_tree.hpp"

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::tidy {

// A row of arrows.txt: what one leaf folder may include.
struct arrow {
    bool pure = false;
    std::set<std::string> leaves;
    std::vector<std::string> outside;  // prefixes of outside headers
};

using arrows = std::map<std::string, arrow>;

// Reads arrows.txt; throws, naming the line, if a row has not four columns or names an unknown
// leaf.
[[nodiscard]] arrows read_arrows(std::string_view text);

// Each include against its leaf's row: the file, the include, and what to do about it.
[[nodiscard]] std::vector<std::string> forbidden_includes(
    const std::vector<source_file>& files,
    const arrows& allowed
);

// Each circle of includes between files, once, as the path around it.
[[nodiscard]] std::vector<std::string> include_cycles(const std::vector<source_file>& files);

}  // namespace billhook::tidy
