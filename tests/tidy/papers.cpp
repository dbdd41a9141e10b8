#include "tests/tidy/papers.hpp"

#include <algorithm>
#include <filesystem>
#include <regex>
#include <sstream>

namespace billhook::tidy {
namespace {

std::size_t line_at(std::string_view text, std::size_t offset) {
    return 1 + static_cast<std::size_t>(std::ranges::count(text.substr(0, offset), '\n'));
}

template <class Use>
void for_each_match(std::string_view text, const std::regex& pattern, const Use& use) {
    for (std::cregex_iterator at(text.data(), text.data() + text.size(), pattern), end; at != end;
         ++at) {
        use(*at, line_at(text, static_cast<std::size_t>(at->position())));
    }
}

std::string on_one_line(const std::string& text) {
    static const std::regex broken(R"(\s*\n\s*(//|#|--)?\s*)");
    return std::regex_replace(text, broken, " ");
}

}  // namespace

std::vector<paper_link> heading_links(std::string_view text) {
    static const std::regex link(R"re(([A-Za-z0-9_./-]+\.md),\s+(?:(?://|#|--)\s*)?"([^"]+)")re");
    std::vector<paper_link> found;
    for_each_match(text, link, [&](const std::cmatch& match, std::size_t line) {
        found.push_back({match[1], on_one_line(match[2]), line});
    });
    return found;
}

std::vector<paper_link> file_links(std::string_view text, std::string_view folder) {
    static const std::regex link(R"(\]\(([^)#:\s]+)(#[^)]*)?\))");
    std::vector<paper_link> found;
    for_each_match(text, link, [&](const std::cmatch& match, std::size_t line) {
        const auto path = std::filesystem::path(folder) / match[1].str();
        found.push_back({path.lexically_normal().generic_string(), "", line});
    });
    return found;
}

std::vector<paper_link> quoted_paths(std::string_view text) {
    static const std::regex path(
        R"(`([A-Za-z0-9_.-]*/[A-Za-z0-9_./-]+\.(hpp|cpp|sql|sh|toml|md|txt|py|cmake))`)"
    );
    static const std::regex stands_for_many("[A-Z]{4}");
    std::vector<paper_link> found;
    for_each_match(text, path, [&](const std::cmatch& match, std::size_t line) {
        const auto file = match[1].str();
        if (file.ends_with(".md") || !std::regex_search(file, stands_for_many)) {
            found.push_back({file, "", line});
        }
    });
    return found;
}

bool has_heading(std::string_view text, std::string_view heading) {
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        const auto begins = line.find_first_not_of('#');
        if (begins != std::string::npos && begins > 0 && line[begins] == ' ' &&
            std::string_view(line).substr(begins + 1) == heading) {
            return true;
        }
    }
    return false;
}

std::vector<std::size_t> lines_of_bare_numbers(std::string_view text) {
    static const std::regex bare(R"re(\b[Dd]esign(, |'s | )(\d|I\d)|\([^)"]*\bI\d{1,2}\b[^)"]*\))re"
    );
    std::vector<std::size_t> found;
    for_each_match(text, bare, [&](const std::cmatch&, std::size_t line) {
        found.push_back(line);
    });
    return found;
}

std::vector<std::string> quoted_names(std::string_view text) {
    static const std::regex quoted(R"re("([a-zA-Z0-9' -]+:\s[^"]+)")re");
    std::vector<std::string> found;
    for_each_match(text, quoted, [&](const std::cmatch& match, std::size_t) {
        found.push_back(on_one_line(match[1]));
    });
    return found;
}

}  // namespace billhook::tidy
