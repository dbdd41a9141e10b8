// The checks themselves, on small texts: a check that finds nothing must not be taken for order.
#include "tests/tidy/arrows.hpp"
#include "tests/tidy/papers.hpp"
#include "tests/tidy/shape.hpp"
#include "tests/tidy/source_tree.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

using namespace billhook::tidy;

namespace {

source_file file_of(std::string path, const std::string& text) {
    auto leaf = path.substr(0, path.rfind('/'));
    return {
        std::move(path),
        std::move(leaf),
        text,
        without_comments_and_literals(text),
        includes_of(text)};
}

const arrows two_leaves = read_arrows("a/x | pure | | fmt/\na/y | shell | a/x | \n");

}  // namespace

TEST_CASE("tidy checks: an include needs an arrow or what a neighbour shows") {
    struct row {
        std::string_view name;
        std::string path;
        std::string text;
        std::size_t found;
    };
    const row rows[] = {
        {"its own leaf",          "a/x/one.cpp", "#include \"a/x/two.hpp\"\n",   0},
        {"along an arrow",        "a/y/one.cpp", "#include \"a/x/two.hpp\"\n",   0},
        {"against an arrow",      "a/x/one.cpp", "#include \"a/y/two.hpp\"\n",   1},
        {"the standard library",  "a/x/one.cpp", "#include <vector>\n",          0},
        {"its outside library",   "a/x/one.cpp", "#include <fmt/format.h>\n",    0},
        {"another's library",     "a/y/one.cpp", "#include <fmt/format.h>\n",    1},
        {"a path that climbs",    "a/y/one.cpp", "#include \"../x/two.hpp\"\n",  1},
        {"a test that climbs",    "tests/a.cpp", "#include \"../x/two.hpp\"\n",  1},
        {"a test, anything else", "tests/a.cpp", "#include <pqxx/connection>\n", 0},
        {"a folder without row",  "a/z/one.cpp", "",                             1},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(forbidden_includes({file_of(row.path, row.text)}, two_leaves).size() == row.found);
    }
    const auto shows = file_of("a/x/two.hpp", "#include \"b/w/deep.hpp\"\n");
    const auto uses = file_of("a/y/one.cpp", "#include \"b/w/deep.hpp\"\n");
    CHECK(forbidden_includes({shows, uses}, two_leaves).size() == 1);
}

TEST_CASE("tidy checks: a bad row of arrows is refused") {
    CHECK_THROWS((void)read_arrows("a/x | pure | "));
    CHECK_THROWS((void)read_arrows("a/x | clean | | "));
    CHECK_THROWS((void)read_arrows("a/x | pure | a/unknown | "));
}

TEST_CASE("tidy checks: a circle of includes is found once") {
    const std::vector<source_file> circle = {
        file_of("a/x/1.hpp", "#include \"a/x/2.hpp\"\n"),
        file_of("a/x/2.hpp", "#include \"a/x/3.hpp\"\n"),
        file_of("a/x/3.hpp", "#include \"a/x/1.hpp\"\n"),
    };
    CHECK(include_cycles(circle).size() == 1);
    CHECK(include_cycles({circle[0], circle[1]}).empty());
}

TEST_CASE("tidy checks: lengths are those of functions and not of types or tables") {
    const auto* code =
        "namespace n {\n"
        "struct s {\n"
        "    int f() const {\n"
        "        return 1;\n"
        "    }\n"
        "    int x = 0;\n"
        "};\n"
        "constexpr int table[] = {\n"
        "    1,\n"
        "};\n"
        "int g(int a) {\n"
        "    if (a) {\n"
        "        const int rows[] = {\n"
        "            1,\n"
        "            2,\n"
        "        };\n"
        "        return rows[0];\n"
        "    }\n"
        "    return 2;\n"
        "}\n"
        "}\n";
    const std::vector<function_shape> expected = {
        {"int f", 3,  3},
        {"int g", 11, 7}
    };
    CHECK(functions_of(code) == expected);
}

TEST_CASE("tidy checks: awaits beside unsafe temporaries are found") {
    struct row {
        std::string_view name;
        std::string_view code;
        bool unsafe;
    };
    const row rows[] = {
        {"a designated struct",       "co_await append({.topic = t});",                     true },
        {"a built row",               "const auto r = row{co_await id(), name};",           true },
        {"a closure as argument",     "co_await call([p = probe{}]() {\n return p; });",    true },
        {"a closure beside an await", "co_spawn(co_await e(), [s = f()] { });",             true },
        {"a closure by reference",    "co_await call([&](int a) { use(a); });",             true },
        {"named parts",               "auto r = record(t); co_await append(std::move(r));", false},
        {"a constructor's temporary", "co_await append(record(t));",                        false},
        {"structured bindings",       "const auto [error, n] = co_await read(b);",          false},
        {"in a condition",            "if (co_await ready()) {\n go(); }",                  false},
        {"an element of an array",    "co_await write(buffers[i]);",                        false},
        {"co_return of a struct",     "co_await a(); co_return row{id, name};",             false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(lines_of_unsafe_awaits(row.code).empty() == !row.unsafe);
    }
}

TEST_CASE("tidy checks: comments and literals are blanked and lines kept") {
    CHECK(without_comments_and_literals("a // b\nc") == "a     \nc");
    CHECK(without_comments_and_literals("a /* b\n */ c") == "a     \n    c");
    CHECK(without_comments_and_literals(R"(f("x\"{", '{'))") == R"(f("    ", ' '))");
    CHECK(without_comments_and_literals("1'000 + R\"x(;)\")x\" + 1") == "1'000 +            + 1");
}

TEST_CASE("tidy checks: words and names are found whole") {
    CHECK(says("x = rand();", "rand("));
    CHECK_FALSE(says("x = strand();", "rand("));
    CHECK(says("clock::now()", "::now("));
    CHECK(torn_test_names("TEST_CASE(\"one, two\") {}").size() == 1);
    CHECK(torn_test_names("TEST_CASE(\"one and two\") { f(\"a, b\"); }").empty());
}

TEST_CASE("tidy checks: links to headings are found where a comment's line ends in them") {
    const auto links = heading_links(
        "// See worker/README.md, \"The fold\".\n"
        "int a;  // as tests/README.md,\n"
        "// \"I6\" and worker/README.md, \"What the\n"
        "    // database refuses\"\n"
    );
    const std::vector<paper_link> expected{
        {"worker/README.md", "The fold",                  1},
        {"tests/README.md",  "I6",                        2},
        {"worker/README.md", "What the database refuses", 3},
    };
    CHECK(links == expected);
}

TEST_CASE("tidy checks: links of a paper are seen from its folder and others' are left") {
    const auto links = file_links(
        "[a](b.md) [c](../README.md#the-house)\n[d](https://example.com/e.md) [f](#g)", "deploy"
    );
    const std::vector<paper_link> expected{
        {"deploy/b.md", "", 1},
        {"README.md",   "", 1},
    };
    CHECK(links == expected);
}

TEST_CASE("tidy checks: a paper's files are those in back quotes with a folder") {
    const auto paths = quoted_paths(
        "`domain/fold.cpp` and `fold.cpp`, `sql/NNNN_name.sql`,\n`tests/README.md` `a/b` c/d.hpp"
    );
    const std::vector<paper_link> expected{
        {"domain/fold.cpp", "", 1},
        {"tests/README.md", "", 2},
    };
    CHECK(paths == expected);
}

TEST_CASE("tidy checks: a heading is a whole line behind its signs") {
    constexpr std::string_view text = "# Title\n\nThe fold\n### The fold of it\n## The clock\n";
    CHECK(has_heading(text, "Title"));
    CHECK(has_heading(text, "The clock"));
    CHECK_FALSE(has_heading(text, "The fold"));
    CHECK_FALSE(has_heading(text, "Text"));
}

TEST_CASE("tidy checks: numbers that lead nowhere are found and links are not") {
    struct row {
        std::string_view text;
        std::size_t found;
    };
    const row rows[] = {
        {"// The standing of design 4 at now.",       1},
        {"// A case (design 5.2).",                   1},
        {"// others (design, I5).",                   1},
        {"// told twice (I6).",                       1},
        {"// the same rows (I4), or not (also I11)",  2},
        {"// never twice (tests/README.md, \"I6\").", 0},
        {"// by design, never",                       0},
        {"// columns (AI4) and words",                0},
    };
    for (const auto& row : rows) {
        CAPTURE(row.text);
        CHECK(lines_of_bare_numbers(row.text).size() == row.found);
    }
}

TEST_CASE("tidy checks: a test's name is quoted and may be on two lines") {
    const auto names =
        quoted_names("\"fold: any order\" and \"a word\", \"kafka: what\nwas read\"");
    CHECK(names == std::vector<std::string>{"fold: any order", "kafka: what was read"});
}
