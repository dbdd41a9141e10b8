#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// Rows under headings, for people: columns as wide as their widest cell, numbers to the right.
class text_table {
public:
    explicit text_table(std::vector<std::string> headings);
    // As many cells as headings (asserted). Made harmless (schemas/types/text.hpp).
    void add(std::vector<std::string> cells);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    // Lines, each ended; no blanks at their ends.
    [[nodiscard]] std::string text() const;

private:
    std::vector<std::string> headings_;
    std::vector<std::vector<std::string>> rows_;
};

}  // namespace billhook
