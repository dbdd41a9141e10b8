#include "tests/tidy/arrows.hpp"

#include <algorithm>
#include <sstream>
#include <stdexcept>

namespace billhook::tidy {
namespace {

std::vector<std::string> words_of(const std::string& text) {
    std::istringstream in(text);
    std::vector<std::string> words;
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    return words;
}

std::vector<std::string> columns_of(const std::string& line) {
    std::istringstream in(line + " ");
    std::vector<std::string> columns;
    for (std::string column; std::getline(in, column, '|');) {
        columns.push_back(column);
    }
    return columns;
}

std::string folder_of(const std::string& path) {
    const auto slash = path.rfind('/');
    return slash == std::string::npos ? std::string() : path.substr(0, slash);
}

bool may_include_anything(const std::string& leaf) {
    return leaf.starts_with("tools") || leaf.starts_with("tests");
}

bool is_standard(const std::string& header) {
    return header.find_first_of("/.") == std::string::npos;
}

using leaf_graph = std::map<std::string, std::set<std::string>>;

// What each leaf's headers include of other leaves: that is what the leaf shows.
leaf_graph shown_by_headers(const std::vector<source_file>& files) {
    leaf_graph shown;
    for (const auto& file : files) {
        for (const auto& include : file.includes) {
            if (file.is_header() && include.quoted) {
                shown[file.leaf].insert(folder_of(include.path));
            }
        }
    }
    return shown;
}

std::set<std::string> reachable(const std::set<std::string>& from, const leaf_graph& shown) {
    std::set<std::string> seen;
    std::vector<std::string> open(from.begin(), from.end());
    while (!open.empty()) {
        const auto leaf = open.back();
        open.pop_back();
        if (!seen.insert(leaf).second || !shown.contains(leaf)) {
            continue;
        }
        const auto& more = shown.at(leaf);
        open.insert(open.end(), more.begin(), more.end());
    }
    return seen;
}

bool starts_with_any(const std::string& header, const std::vector<std::string>& prefixes) {
    return std::ranges::any_of(prefixes, [&](const auto& prefix) {
        return header.starts_with(prefix);
    });
}

// Why the include is refused; empty if it is not.
std::string objection(
    const source_file& file,
    const include_line& include,
    const arrow& row,
    const std::set<std::string>& may
) {
    if (include.path.find("../") != std::string::npos) {
        return "write the path from the repository's root";
    }
    if (!include.quoted) {
        const auto fine = is_standard(include.path) || starts_with_any(include.path, row.outside);
        return fine ? ""
                    : "go through the leaf that owns this library, or give " + file.leaf +
                          " the prefix in tests/tidy/arrows.txt (a decision)";
    }
    const auto leaf = folder_of(include.path);
    return leaf == file.leaf || may.contains(leaf)
               ? ""
               : "no arrow " + file.leaf + " -> " + leaf +
                     ": move the code, or pass the value in as an argument (layout of the tree: "
                     "tests/tidy/arrows.txt)";
}

// Depth first, keeping the path; a file already on the path closes a circle.
class cycle_search {
public:
    explicit cycle_search(const std::vector<source_file>& files) {
        for (const auto& file : files) {
            by_path_[file.path] = &file;
        }
    }

    std::vector<std::string> run() {
        for (const auto& [path, file] : by_path_) {
            visit(*file);
        }
        return std::move(found_);
    }

private:
    void visit(const source_file& file) {
        const auto on_path = std::ranges::find(path_, file.path);
        if (on_path != path_.end()) {
            report(on_path);
            return;
        }
        if (!done_.insert(file.path).second) {
            return;
        }
        path_.push_back(file.path);
        for (const auto& include : file.includes) {
            if (const auto next = by_path_.find(include.path); next != by_path_.end()) {
                visit(*next->second);
            }
        }
        path_.pop_back();
    }

    void report(std::vector<std::string>::const_iterator from) {
        std::string circle;
        for (auto at = from; at != path_.end(); ++at) {
            circle += *at + " -> ";
        }
        found_.push_back(circle + *from + ": break the circle with a forward declaration");
    }

    std::map<std::string, const source_file*> by_path_;
    std::set<std::string> done_;
    std::vector<std::string> path_;
    std::vector<std::string> found_;
};

}  // namespace

arrows read_arrows(std::string_view text) {
    arrows rows;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        if (line.empty() || line.starts_with('#')) {
            continue;
        }
        const auto columns = columns_of(line);
        const auto leaf = columns.size() == 4 ? words_of(columns[0]) : std::vector<std::string>();
        const auto kind = columns.size() == 4 ? words_of(columns[1]) : std::vector<std::string>();
        if (leaf.size() != 1 || kind.size() != 1 || (kind[0] != "pure" && kind[0] != "shell")) {
            throw std::runtime_error(
                "arrows.txt: not `leaf | pure or shell | leaves | headers`: " + line
            );
        }
        const auto leaves = words_of(columns[2]);
        rows[leaf[0]] = {
            kind[0] == "pure", {leaves.begin(), leaves.end()},
               words_of(columns[3])
        };
    }
    for (const auto& [leaf, row] : rows) {
        for (const auto& to : row.leaves) {
            if (!rows.contains(to)) {
                throw std::runtime_error(
                    "arrows.txt: " + leaf + " names " + to + ", which has no row"
                );
            }
        }
    }
    return rows;
}

std::vector<std::string> forbidden_includes(
    const std::vector<source_file>& files,
    const arrows& allowed
) {
    std::vector<std::string> found;
    const auto shown = shown_by_headers(files);
    for (const auto& file : files) {
        const auto free = may_include_anything(file.leaf);
        if (!free && !allowed.contains(file.leaf)) {
            found.push_back(file.path + ": its folder has no row in tests/tidy/arrows.txt");
            continue;
        }
        const auto row = free ? arrow() : allowed.at(file.leaf);
        const auto may = reachable(row.leaves, shown);
        for (const auto& include : file.includes) {
            const auto climbs = include.path.find("../") != std::string::npos;
            const auto why = free && !climbs ? std::string() : objection(file, include, row, may);
            if (!why.empty()) {
                found.push_back(file.path + " includes " + include.path + ": " + why);
            }
        }
    }
    return found;
}

std::vector<std::string> include_cycles(const std::vector<source_file>& files) {
    return cycle_search(files).run();
}

}  // namespace billhook::tidy
