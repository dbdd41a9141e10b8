#include "tools/commands/text_table.hpp"

#include "schemas/types/assert.hpp"
#include "schemas/types/text.hpp"

#include <algorithm>

namespace billhook {
namespace {

// Characters, not bytes: continuation bytes of UTF-8 take no place of their own.
std::size_t width_of(std::string_view text) {
    return static_cast<std::size_t>(std::count_if(text.begin(), text.end(), [](char c) {
        return (static_cast<unsigned char>(c) & 0xC0) != 0x80;
    }));
}

bool is_number(std::string_view text) {
    const auto is_part = [](char c) { return (c >= '0' && c <= '9') || c == '.' || c == '-'; };
    return !text.empty() && std::all_of(text.begin(), text.end(), is_part) && text != "-";
}

void append_padded(std::string& line, std::string_view cell, std::size_t width, bool to_the_right) {
    const std::string blanks(width - width_of(cell), ' ');
    if (!line.empty()) {
        line += "  ";
    }
    line += to_the_right ? blanks : "";
    line += cell;
    line += to_the_right ? "" : blanks;
}

}  // namespace

text_table::text_table(std::vector<std::string> headings) : headings_(std::move(headings)) {}

void text_table::add(std::vector<std::string> cells) {
    BILLHOOK_ASSERT(cells.size() == headings_.size());
    for (std::string& cell : cells) {
        cell = harmless(cell);
    }
    rows_.push_back(std::move(cells));
}

std::string text_table::text() const {
    std::vector<std::size_t> widths;
    std::vector<bool> numeric;
    for (std::size_t column = 0; column < headings_.size(); ++column) {
        std::size_t width = width_of(headings_[column]);
        bool all_numbers = true;
        for (const auto& row : rows_) {
            width = std::max(width, width_of(row[column]));
            all_numbers = all_numbers && (row[column].empty() || is_number(row[column]));
        }
        widths.push_back(width);
        numeric.push_back(all_numbers && !rows_.empty());
    }
    std::string text;
    const auto append_line = [&](const std::vector<std::string>& cells) {
        std::string line;
        for (std::size_t column = 0; column < cells.size(); ++column) {
            append_padded(line, cells[column], widths[column], numeric[column]);
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += line + '\n';
    };
    append_line(headings_);
    for (const auto& row : rows_) {
        append_line(row);
    }
    return text;
}

}  // namespace billhook
