#include "tests/tidy/shape.hpp"

#include <algorithm>
#include <cctype>
#include <regex>

namespace billhook::tidy {
namespace {

bool is_word(char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_';
}

std::string trimmed(std::string_view text) {
    const auto is_space = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0; };
    const auto first = std::ranges::find_if_not(text, is_space);
    const auto last = std::ranges::find_if_not(text.rbegin(), text.rend(), is_space).base();
    return first < last ? std::string(first, last) : std::string();
}

enum class scope { names, function, table, block };

// What a brace opens, from the text since the last `;`, `{` or `}` before it.
scope kind_of(const std::string& before, scope around) {
    static const std::regex type(
        R"(^(template\s*<[^;{]*>\s*)?(inline\s+)?(class|struct|union|enum|namespace|extern)\b[^(]*$)"
    );
    if (before.ends_with('=') || before.ends_with("return")) {
        return scope::table;
    }
    if (around != scope::names) {
        return around == scope::table ? scope::table : scope::block;
    }
    if (std::regex_search(before, type)) {
        return scope::names;
    }
    return before.find('(') == std::string::npos ? scope::table : scope::function;
}

class function_finder {
public:
    explicit function_finder(std::string_view code) : code_(code) {}

    std::vector<function_shape> run() {
        for (std::size_t at = 0; at < code_.size(); ++at) {
            step(at);
        }
        return std::move(found_);
    }

private:
    struct opened {
        scope kind;
        std::size_t line;
    };

    void step(std::size_t at) {
        const auto c = code_[at];
        parentheses_ += c == '(' ? 1 : c == ')' ? -1 : 0;
        if (c == '\n') {
            ++line_;
            skip_directive(at + 1);
        } else if (c == '{') {
            open(at);
        } else if (c == '}') {
            close();
            since_ = at + 1;
        } else if (c == ';' && parentheses_ == 0) {
            since_ = at + 1;
        }
    }

    void skip_directive(std::size_t next) {
        const auto line = code_.substr(next, code_.find('\n', next) - next);
        if (line.starts_with('#')) {
            since_ = next + line.size();
        }
    }

    void open(std::size_t at) {
        const auto before = trimmed(code_.substr(since_, at - since_));
        const auto kind = kind_of(before, stack_.empty() ? scope::names : stack_.back().kind);
        if (kind == scope::function) {
            found_.push_back({trimmed(before.substr(0, before.find('('))), line_, 0});
            table_lines_ = 0;
        }
        stack_.push_back({kind, line_});
        since_ = at + 1;
    }

    void close() {
        if (stack_.empty()) {
            return;
        }
        const auto top = stack_.back();
        stack_.pop_back();
        const auto inner = stack_.empty() || stack_.back().kind != scope::table;
        if (top.kind == scope::table && inner) {
            table_lines_ += line_ - top.line;
        } else if (top.kind == scope::function) {
            found_.back().length = line_ - top.line + 1 - table_lines_;
        }
    }

    std::string_view code_;
    std::vector<opened> stack_;
    std::vector<function_shape> found_;
    std::size_t since_ = 0;
    std::size_t line_ = 1;
    std::size_t table_lines_ = 0;
    int parentheses_ = 0;
};

// From the end of the statement before `at` to the end of its own, or to the line on which it opens
// a block.
std::string statement_around(std::string_view code, std::size_t at) {
    auto begin = at;
    while (begin > 0 && code[begin - 1] != ';' && code[begin - 1] != '}' &&
           !(code[begin - 1] == '\n' && begin > 1 && code[begin - 2] == '{')) {
        --begin;
    }
    auto end = code.find(';', at);
    end = end == std::string_view::npos ? code.size() : end;
    if (const auto block = code.find("{\n", at); block < end) {
        end = block + 1;
    }
    return std::string(code.substr(begin, end - begin));
}

bool is_unsafe(const std::string& statement) {
    static const std::regex designated(R"(\{\s*\.\w+\s*=)");
    static const std::regex capturing(R"(\[[^\[\]]*[\w&=][^\[\]]*\]\s*(\([^()]*\))?[^;(){}]*\{)");
    static const std::regex built_from_await(R"(\b\w+\s?\{[^{}]*\bco_await\b)");
    static const std::regex declaration(R"(^\s*(const\s+)?auto\s*&{0,2}\s*\[[^\]]*\]\s*=)");
    const auto rest = std::regex_replace(statement, declaration, "");
    return std::regex_search(rest, designated) || std::regex_search(rest, capturing) ||
           std::regex_search(rest, built_from_await);
}

}  // namespace

std::vector<function_shape> functions_of(std::string_view code) {
    return function_finder(code).run();
}

std::vector<std::size_t> lines_of_unsafe_awaits(std::string_view code) {
    std::vector<std::size_t> lines;
    constexpr std::string_view word = "co_await";
    for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
        if (is_unsafe(statement_around(code, at))) {
            lines.push_back(
                static_cast<std::size_t>(std::ranges::count(code.substr(0, at), '\n')) + 1
            );
        }
    }
    return lines;
}

std::vector<std::string> torn_test_names(std::string_view text) {
    static const std::regex test_case(R"re(TEST_CASE(?:_FIXTURE|_TEMPLATE)?\([^"]*"([^"]*)")re");
    std::vector<std::string> torn;
    const std::string all(text);
    for (std::sregex_iterator at(all.begin(), all.end(), test_case), end; at != end; ++at) {
        const auto name = (*at)[1].str();
        if (name.find_first_of(";,") != std::string::npos) {
            torn.push_back(name);
        }
    }
    return torn;
}

bool says(std::string_view code, std::string_view word) {
    for (auto at = code.find(word); at != std::string_view::npos; at = code.find(word, at + 1)) {
        if (at == 0 || !is_word(word.front()) || !is_word(code[at - 1])) {
            return true;
        }
    }
    return false;
}

}  // namespace billhook::tidy
