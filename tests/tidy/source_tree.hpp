#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace billhook::tidy {

// One line `#include "path"` or `#include <path>`.
struct include_line {
    std::string path;
    bool quoted;
};

// A C++ file of the repository. `path` is relative to the root, with `/`; `leaf` is its folder.
struct source_file {
    std::string path;
    std::string leaf;
    std::string text;
    std::string code;  // `text` with comments and the insides of literals blanked, same line breaks
    std::vector<include_line> includes;

    [[nodiscard]] bool is_header() const { return path.ends_with(".hpp"); }
};

// Reads every .hpp and .cpp of the fixed top-level folders below `root`. Throws if one is missing.
[[nodiscard]] std::vector<source_file> read_tree(const std::filesystem::path& root);

// A whole file; throws if it cannot be read.
[[nodiscard]] std::string read_file(const std::filesystem::path& path);

// Pure: comments and the contents of string and character literals become spaces.
[[nodiscard]] std::string without_comments_and_literals(std::string_view text);

[[nodiscard]] std::vector<include_line> includes_of(std::string_view text);
[[nodiscard]] std::size_t line_count(std::string_view text);

}  // namespace billhook::tidy
