#include "tests/tidy/source_tree.hpp"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string_view>

namespace billhook::tidy {
namespace {

constexpr std::array top_level = {"schemas", "ingest", "worker", "tools", "tests"};

// Walks over a text and writes it out again, blanked where the reader is inside something.
class blanker {
public:
    explicit blanker(std::string_view text) : in_(text) { out_.reserve(text.size()); }

    std::string run() {
        while (at_ < in_.size()) {
            step();
        }
        return std::move(out_);
    }

private:
    void step() {
        if (starts("//")) {
            blank_until("\n", 0);
        } else if (starts("/*")) {
            blank_until("*/", 2);
        } else if (starts("R\"")) {
            raw_literal();
        } else if (in_[at_] == '"') {
            literal('"');
        } else if (in_[at_] == '\'' && !is_digit_separator()) {
            literal('\'');
        } else {
            out_ += in_[at_++];
        }
    }

    [[nodiscard]] bool starts(std::string_view what) const {
        return in_.substr(at_).starts_with(what);
    }

    [[nodiscard]] bool is_digit_separator() const {
        return at_ > 0 && std::isalnum(static_cast<unsigned char>(in_[at_ - 1])) != 0;
    }

    void blank_until(std::string_view end, std::size_t beyond) {
        const auto found = in_.find(end, at_);
        blank_to(found == std::string_view::npos ? in_.size() : found + beyond);
    }

    void raw_literal() {
        const auto open = in_.find('(', at_);
        if (open == std::string_view::npos) {
            blank_to(in_.size());
            return;
        }
        const auto close = ")" + std::string(in_.substr(at_ + 2, open - at_ - 2)) + "\"";
        blank_until(close, close.size());
    }

    void literal(char quote) {
        out_ += quote;
        ++at_;
        while (at_ < in_.size() && in_[at_] != quote && in_[at_] != '\n') {
            const auto wide = in_[at_] == '\\' ? std::size_t{2} : std::size_t{1};
            blank_to(std::min(at_ + wide, in_.size()));
        }
        if (at_ < in_.size()) {
            out_ += in_[at_++];
        }
    }

    void blank_to(std::size_t end) {
        for (; at_ < end; ++at_) {
            out_ += in_[at_] == '\n' ? '\n' : ' ';
        }
    }

    std::string_view in_;
    std::string out_;
    std::size_t at_ = 0;
};

source_file read_source(const std::filesystem::path& root, const std::filesystem::path& path) {
    source_file file;
    file.path = std::filesystem::relative(path, root).generic_string();
    file.leaf = std::filesystem::path(file.path).parent_path().generic_string();
    file.text = read_file(path);
    file.code = without_comments_and_literals(file.text);
    file.includes = includes_of(file.text);
    return file;
}

}  // namespace

std::string read_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) {
        throw std::runtime_error("cannot read " + path.string());
    }
    std::ostringstream text;
    text << in.rdbuf();
    return std::move(text).str();
}

std::vector<source_file> read_tree(const std::filesystem::path& root) {
    std::vector<source_file> files;
    for (const auto* folder : top_level) {
        for (const auto& entry : std::filesystem::recursive_directory_iterator(root / folder)) {
            const auto extension = entry.path().extension();
            if (entry.is_regular_file() && (extension == ".hpp" || extension == ".cpp")) {
                files.push_back(read_source(root, entry.path()));
            }
        }
    }
    std::ranges::sort(files, {}, &source_file::path);
    return files;
}

std::string without_comments_and_literals(std::string_view text) {
    return blanker(text).run();
}

std::vector<include_line> includes_of(std::string_view text) {
    std::vector<include_line> found;
    std::istringstream lines{std::string(text)};
    for (std::string line; std::getline(lines, line);) {
        const auto hash = line.find_first_not_of(' ');
        if (hash == std::string::npos || !line.substr(hash).starts_with("#include")) {
            continue;
        }
        const auto open = line.find_first_of("\"<", hash);
        const auto close = line.find_first_of("\">", open == std::string::npos ? open : open + 1);
        if (close != std::string::npos) {
            found.push_back({line.substr(open + 1, close - open - 1), line[open] == '"'});
        }
    }
    return found;
}

std::size_t line_count(std::string_view text) {
    const auto breaks = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    return breaks + (text.empty() || text.ends_with('\n') ? 0 : 1);
}

}  // namespace billhook::tidy
