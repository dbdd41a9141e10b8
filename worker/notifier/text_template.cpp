#include "worker/notifier/text_template.hpp"

#include "schemas/types/assert.hpp"

namespace billhook {
namespace {

// One `{{...}}`: where it stands, and what is in it.
struct mark {
    std::size_t begin = 0;
    std::size_t end = 0;
    char sigil = 0;  // '#', '^', '/', '{', or 0
    std::string_view name;
};

bool is_section(char sigil) {
    return sigil == '#' || sigil == '^' || sigil == '/';
}

// A section's mark or a rendered part that has a line to itself takes the line's end with it.
void widen_to_line(std::string_view text, mark& one) {
    const bool starts = one.begin == 0 || text[one.begin - 1] == '\n';
    if (starts && one.end < text.size() && text[one.end] == '\n') {
        ++one.end;
    }
}

bool find_mark(std::string_view text, std::size_t from, mark& found) {
    found.begin = text.find("{{", from);
    if (found.begin == text.npos) {
        return false;
    }
    const bool raw = text.substr(found.begin).starts_with("{{{");
    const std::string_view closing = raw ? "}}}" : "}}";
    const std::size_t inner = found.begin + closing.size();
    const std::size_t close = text.find(closing, inner);
    BILLHOOK_ASSERT(close != text.npos);
    found.end = close + closing.size();
    found.name = text.substr(inner, close - inner);
    BILLHOOK_ASSERT(!found.name.empty());
    found.sigil = raw ? '{' : is_section(found.name.front()) ? found.name.front() : '\0';
    if (is_section(found.sigil)) {
        found.name.remove_prefix(1);
    }
    if (found.sigil != 0) {
        widen_to_line(text, found);
    }
    return true;
}

// The mark that closes the section opened just before `from`.
mark closing_of(std::string_view text, std::string_view name, std::size_t from) {
    mark found;
    int open = 1;
    while (true) {
        BILLHOOK_ASSERT(find_mark(text, from, found));
        if (found.name == name && is_section(found.sigil)) {
            open += found.sigil == '/' ? -1 : 1;
        }
        if (open == 0) {
            return found;
        }
        from = found.end;
    }
}

// The values of a row over those around it.
class scope {
public:
    explicit scope(const template_values& values, const scope* around = nullptr)
        : values_(values), around_(around) {}

    [[nodiscard]] const std::string* text(std::string_view name) const {
        const auto found = values_.texts.find(name);
        if (found != values_.texts.end()) {
            return &found->second;
        }
        return around_ == nullptr ? nullptr : around_->text(name);
    }
    [[nodiscard]] const std::vector<template_values>* list(std::string_view name) const {
        const auto found = values_.lists.find(name);
        if (found != values_.lists.end()) {
            return &found->second;
        }
        return around_ == nullptr ? nullptr : around_->list(name);
    }

private:
    const template_values& values_;
    const scope* around_;
};

void fill(std::string_view text, const scope& values, escaping how, std::string& out);

void fill_section(
    const mark& opening,
    std::string_view inner,
    const scope& values,
    escaping how,
    std::string& out
) {
    const auto* const rows = values.list(opening.name);
    const auto* const one = values.text(opening.name);
    const bool any = rows != nullptr ? !rows->empty() : one != nullptr && !one->empty();
    if (opening.sigil == '^') {
        if (!any) {
            fill(inner, values, how, out);
        }
    } else if (rows != nullptr) {
        for (const template_values& row : *rows) {
            fill(inner, scope(row, &values), how, out);
        }
    } else if (any) {
        fill(inner, values, how, out);
    }
}

void fill(std::string_view text, const scope& values, escaping how, std::string& out) {
    std::size_t from = 0;
    for (mark next; find_mark(text, from, next);) {
        out += text.substr(from, next.begin - from);
        from = next.end;
        if (is_section(next.sigil)) {
            BILLHOOK_ASSERT(next.sigil != '/');
            const mark closing = closing_of(text, next.name, next.end);
            fill_section(next, text.substr(next.end, closing.begin - next.end), values, how, out);
            from = closing.end;
            continue;
        }
        const auto* const value = values.text(next.name);
        if (value != nullptr) {
            const bool as_it_is = next.sigil == '{' || how == escaping::none;
            out += as_it_is ? *value : escaped_html(*value);
        }
    }
    out += text.substr(from);
}

}  // namespace

std::string render(std::string_view text, const template_values& values, escaping how) {
    std::string out;
    fill(text, scope(values), how, out);
    return out;
}

std::vector<std::string> names_in(std::string_view text) {
    std::vector<std::string> names;
    std::size_t from = 0;
    for (mark next; find_mark(text, from, next);) {
        names.emplace_back(next.name);
        from = next.end;
    }
    return names;
}

std::string escaped_html(std::string_view text) {
    std::string out;
    for (const char c : text) {
        switch (c) {
            case '&':
                out += "&amp;";
                break;
            case '<':
                out += "&lt;";
                break;
            case '>':
                out += "&gt;";
                break;
            case '"':
                out += "&quot;";
                break;
            case '\'':
                out += "&#39;";
                break;
            default:
                out += c;
        }
    }
    return out;
}

}  // namespace billhook
