#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhook::tidy {

// A place in a paper of the repository: `worker/README.md, "The fold"` in a comment or in another
// paper, or `[text](deploy/runbook.md)` in a paper, where the heading is empty.
struct paper_link {
    std::string path;     // from the repository's root
    std::string heading;  // as it stands behind the `#`s
    std::size_t line = 0;

    friend bool operator==(const paper_link&, const paper_link&) = default;
};

// Pure. Links with a heading, also where a comment's line ends within one.
[[nodiscard]] std::vector<paper_link> heading_links(std::string_view text);
// Pure. Relative links of a Markdown file, as seen from the root; `folder` is the file's own.
[[nodiscard]] std::vector<paper_link> file_links(std::string_view text, std::string_view folder);
// Pure. Files that a Markdown text names in back quotes with a folder: `domain/fold.cpp`; as they
// stand. Names with a word in capitals (`control/NNNN_name.sql`) stand for many and are left.
[[nodiscard]] std::vector<paper_link> quoted_paths(std::string_view text);
// Pure. Has this Markdown text that heading, of any level?
[[nodiscard]] bool has_heading(std::string_view text, std::string_view heading);

// Pure. Lines that speak of a design or an invariant by its number alone: a reader of the
// repository cannot follow them.
[[nodiscard]] std::vector<std::size_t> lines_of_bare_numbers(std::string_view text);
// Pure. Names of tests: quoted texts that hold a colon, also over the end of a line.
[[nodiscard]] std::vector<std::string> quoted_names(std::string_view text);

}  // namespace billhook::tidy
