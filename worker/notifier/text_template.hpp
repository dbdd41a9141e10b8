#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// What a template may name: texts, and lists that a section repeats (of one row: a condition). A
// row's own names come before those around it.
struct template_values {
    std::map<std::string, std::string, std::less<>> texts;
    std::map<std::string, std::vector<template_values>, std::less<>> lists;
};

enum class escaping { none, html };

// Fills a template: `{{name}}` is the escaped text, or nothing if there is none; `{{{name}}}` is
// the text as it is, for parts that were rendered already; `{{#name}}...{{/name}}` repeats what
// stands between for each row of the list, once for a text that is not empty;
// `{{^name}}...{{/name}}` takes it if there is none. A line that holds nothing but a section's mark
// or a rendered part leaves no line of its own behind. Values are never read as templates. Pure; an
// unbalanced template asserts: templates are our own.
[[nodiscard]] std::string render(
    std::string_view text,
    const template_values& values,
    escaping how
);

// The names that a template uses, sections included; for tests.
[[nodiscard]] std::vector<std::string> names_in(std::string_view text);

// & < > " ' as entities.
[[nodiscard]] std::string escaped_html(std::string_view text);

}  // namespace billhook
