#include "worker/notifier/text_template.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

TEST_CASE("template: values and sections") {
    template_values values;
    values.texts = {
        {"name",  "<b>{{product}}</b>"},
        {"empty", ""                  },
        {"line",  "one\n"             }
    };
    template_values first;
    first.texts["amount"] = "1 & 2";
    template_values second;
    second.texts["amount"] = "3";
    second.texts["name"] = "inner";
    values.lists["rows"] = {first, second};
    values.lists["none"] = {};
    const struct {
        const char* name;
        std::string text;
        escaping how;
        std::string filled;
    } rows[] = {
        {"nothing to fill",               "a {b} c",                                  escaping::none, "a {b} c"            },
        {"as it is",                      "{{name}}!",                                escaping::none, "<b>{{product}}</b>!"},
        {"escaped and never read again",
         "{{name}}",                                                                  escaping::html,
         "&lt;b&gt;{{product}}&lt;/b&gt;"                                                                                  },
        {"three braces escape nothing",   "{{{name}}}",                               escaping::html, "<b>{{product}}</b>" },
        {"an unknown name is nothing",    "[{{other}}]",                              escaping::none, "[]"                 },
        {"a list repeats",                "{{#rows}}<{{amount}}>{{/rows}}",           escaping::html, "<1 &amp; 2><3>"     },
        {"a row comes before around",
         "{{#rows}}{{name}};{{/rows}}",                                               escaping::none,
         "<b>{{product}}</b>;inner;"                                                                                       },
        {"an empty list is left out",
         "{{#none}}x{{/none}}{{^none}}y{{/none}}",                                    escaping::none,
         "y"                                                                                                               },
        {"a text is a condition",         "{{#name}}x{{/name}}{{#empty}}y{{/empty}}", escaping::none, "x"                  },
        {"and so is its absence",         "{{^name}}x{{/name}}{{^empty}}y{{/empty}}", escaping::none, "y"                  },
        {"a mark's own line leaves none",
         "a\n{{#name}}\nb\n{{/name}}\nc\n",                                           escaping::none,
         "a\nb\nc\n"                                                                                                       },
        {"a part's own line likewise",    "a\n{{{line}}}\nb",                         escaping::none, "a\none\nb"          },
        {"sections within themselves",
         "{{#rows}}{{#rows}}.{{/rows}}{{/rows}}",                                     escaping::none,
         "...."                                                                                                            },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(render(row.text, values, row.how) == row.filled);
    }
}

TEST_CASE("template: its names are told") {
    CHECK(
        names_in("{{#a}}{{b}}{{{c}}}{{/a}}{{^d}}{{/d}}") ==
        std::vector<std::string>{"a", "b", "c", "a", "d", "d"}
    );
}

}  // namespace billhook
