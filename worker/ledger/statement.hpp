#pragma once

#include "worker/ledger/tables.hpp"

#include <cstddef>
#include <string_view>

// Prepared statements are values: a name, a text, and how many parameters it has, which the
// compiler counts in the text and at every `run`. Each is prepared where it is first run, once a
// connection, and stays so. What speaks of a projection has its schema in text and name (never
// search_path: that is session state), so the statements of two projections lie side by side, and
// nothing is un-prepared after a promote, which a pooler of transactions would not survive.
namespace billhook {

// The greatest n of its $n.
constexpr std::size_t parameters_in(std::string_view sql) {
    std::size_t greatest = 0;
    std::size_t number = 0;
    bool counts = false;
    for (const char c : sql) {
        counts = c == '$' || (counts && c >= '0' && c <= '9');
        number = counts && c != '$' ? number * 10 + static_cast<std::size_t>(c - '0') : 0;
        greatest = number > greatest ? number : greatest;
    }
    return greatest;
}

// A constant (`constexpr`), that does not compile if its text has another number of parameters.
template <std::size_t Arity>
struct prepared_text {
    constexpr prepared_text(const char* called, const char* text) : name(called), sql(text) {
        if (parameters_in(text) != Arity) {
            throw "another number of parameters";
        }
    }
    const char* name;
    const char* sql;
};

// Of Billhook's own schema.
template <std::size_t Arity>
struct statement : prepared_text<Arity> {
    using prepared_text<Arity>::prepared_text;
};

// Of one projection: ":S" stands for its schema.
template <std::size_t Arity>
struct projection_statement : prepared_text<Arity> {
    using prepared_text<Arity>::prepared_text;
};

// Reads whole rows of a projection's table, by primary key; the text is the condition, and the
// table "a" in it.
template <class Row, std::size_t Arity>
struct load_statement : prepared_text<Arity> {
    constexpr load_statement(const char* called, const table& whose, const char* condition)
        : prepared_text<Arity>(called, condition), from(&whose) {}
    const table* from;
};

// Constants one behind the other, for statements that share a part.
template <std::size_t Size>
struct joined_text {
    template <std::size_t... Sizes>
    constexpr joined_text(const char (&... parts)[Sizes]) {
        char* to = text;
        const auto append = [&](std::string_view part) {
            for (const char c : part) {
                *to++ = c;
            }
        };
        (append(parts), ...);
    }
    char text[Size] = {};
};
template <std::size_t... Sizes>
joined_text(const char (&... parts)[Sizes]) -> joined_text<(Sizes + ...)>;

}  // namespace billhook
