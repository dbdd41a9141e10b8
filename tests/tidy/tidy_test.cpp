// The house's own rules, checked. Each failure names the file and what to do.
#include "tests/tidy/arrows.hpp"
#include "tests/tidy/papers.hpp"
#include "tests/tidy/shape.hpp"
#include "tests/tidy/source_tree.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

using namespace billhook::tidy;

namespace {

constexpr std::size_t longest_header = 150;
constexpr std::size_t longest_source = 400;
constexpr std::size_t longest_function = 70;
// Where two files of one basename would be two ideas of one name.
constexpr std::array<std::string_view, 3> one_name_rooms = {"ingest", "schemas", "worker"};

// ctest runs every test in the repository's root.
const std::filesystem::path& root() {
    static const auto here = std::filesystem::current_path();
    return here;
}

const std::vector<source_file>& tree() {
    static const auto files = read_tree(root());
    return files;
}

const arrows& allowed() {
    static const auto rows = read_arrows(read_file(root() / "tests/tidy/arrows.txt"));
    return rows;
}

struct paper {
    std::string path;
    std::string text;
};

const std::vector<paper>& papers() {
    static const auto all = [] {
        std::vector<paper> found{
            {"README.md", read_file(root() / "README.md")}
        };
        for (const auto* folder : {"deploy", "ingest", "schemas", "tests", "tools", "worker"}) {
            for (const auto& entry :
                 std::filesystem::recursive_directory_iterator(root() / folder)) {
                if (entry.path().extension() == ".md") {
                    const auto path = std::filesystem::relative(entry.path(), root());
                    found.push_back({path.generic_string(), read_file(entry.path())});
                }
            }
        }
        return found;
    }();
    return all;
}

void check_links(const std::string& path, const std::string& text) {
    for (const auto& link : heading_links(text)) {
        const auto there = std::ranges::find(papers(), link.path, &paper::path);
        if (there == papers().end() || !has_heading(there->text, link.heading)) {
            FAIL_CHECK(
                path, ":", link.line, ": ", link.path, " has no heading \"", link.heading, "\""
            );
        }
    }
}

bool is_pure(const source_file& file) {
    const auto row = allowed().find(file.leaf);
    return row != allowed().end() && row->second.pure;
}

}  // namespace

TEST_CASE("tidy: every include follows an arrow") {
    for (const auto& message : forbidden_includes(tree(), allowed())) {
        FAIL_CHECK(message);
    }
    CHECK(tree().size() > 20);
}

TEST_CASE("tidy: files do not include each other in a circle") {
    for (const auto& message : include_cycles(tree())) {
        FAIL_CHECK(message);
    }
}

TEST_CASE("tidy: pure leaves name no clock or environment or output or random source") {
    struct banned {
        std::string_view word;
        std::string_view remedy;
    };
    constexpr std::array words = {
        banned{"::now(",             "take the instant as an argument"                          },
        banned{"getenv",             "read it in schemas/settings' caller and pass the value in"},
        banned{"std::cout",          "return what you would print"                              },
        banned{"std::cerr",          "return what you would log"                                },
        banned{"rand(",              "take the random value as an argument"                     },
        banned{"std::random_device", "take the random value as an argument"                     },
    };
    for (const auto& file : tree()) {
        for (const auto& [word, remedy] : words) {
            if (is_pure(file) && says(file.code, word)) {
                FAIL_CHECK(file.path, " is pure and says ", word, ": ", remedy);
            }
        }
    }
}

TEST_CASE("tidy: commands print by one function that makes text from outside harmless") {
    for (const auto& file : tree()) {
        const bool is_command =
            file.path.starts_with("tools/commands/") || file.path == "tools/main.cpp";
        if (!is_command || file.path == "tools/commands/printing.hpp") {
            continue;
        }
        for (const std::string_view word : {"fmt::print(", "std::cout <<", "std::cerr <<"}) {
            if (says(file.code, word)) {
                FAIL_CHECK(file.path, " says ", word, ": tools/commands/printing.hpp");
            }
        }
    }
}

TEST_CASE("tidy: files and functions are small") {
    for (const auto& file : tree()) {
        const auto limit = file.is_header() ? longest_header : longest_source;
        if (line_count(file.text) > limit) {
            FAIL_CHECK(
                file.path,
                " has ",
                line_count(file.text),
                " lines and the limit is ",
                limit,
                ": split it by its nouns"
            );
        }
        for (const auto& function : functions_of(file.code)) {
            if (function.length > longest_function) {
                FAIL_CHECK(
                    file.path,
                    ":",
                    function.line,
                    " ",
                    function.name,
                    " has ",
                    function.length,
                    " lines and the limit is ",
                    longest_function,
                    ": give its steps names"
                );
            }
        }
    }
}

TEST_CASE("tidy: nothing is left over") {
    // In two halves, so that this file may speak of them.
    const std::array words = {
        std::string("FIX") + "ME", std::string("TO") + "DO", std::string("XX") + "X"};
    for (const auto& file : tree()) {
        for (const auto& word : words) {
            if (says(file.text, word)) {
                FAIL_CHECK(file.path, " still says ", word, ": do it or make it an issue");
            }
        }
    }
}

TEST_CASE("tidy: a name in a room is one file's") {
    std::map<std::string, std::string> seen;
    for (const auto& file : tree()) {
        const auto room = file.path.substr(0, file.path.find('/'));
        const auto name = std::filesystem::path(file.path).filename().string();
        if (std::ranges::find(one_name_rooms, room) == one_name_rooms.end() || name == "main.cpp") {
            continue;
        }
        const auto [known, is_first] = seen.emplace(room + "/" + name, file.path);
        if (!is_first) {
            FAIL_CHECK(
                file.path, " has the name of ", known->second, ": call it by what only it is"
            );
        }
    }
    CHECK(seen.size() > 100);
}

TEST_CASE("tidy: every source is built") {
    for (const auto& file : tree()) {
        const auto top = file.path.substr(0, file.path.find('/'));
        const auto lists = read_file(root() / top / "CMakeLists.txt");
        const auto name = std::filesystem::path(file.path).filename().string();
        if (!file.is_header() && file.path != "tests/main.cpp" && !says(lists, name)) {
            FAIL_CHECK(
                file.path, " is in no list of ", top, "/CMakeLists.txt: add it there or delete it"
            );
        }
    }
}

TEST_CASE("tidy: ctest can tell the names of tests apart") {
    for (const auto& file : tree()) {
        if (!file.path.starts_with("tests/") || file.leaf == "tests/tidy") {
            continue;
        }
        for (const auto& name : torn_test_names(file.text)) {
            FAIL_CHECK(
                file.path,
                ": \"",
                name,
                "\" holds a ; or a comma and would match no test and pass: reword it"
            );
        }
    }
}

TEST_CASE("tidy: no awaiting expression holds a temporary that g++ 12 destroys twice") {
    for (const auto& file : tree()) {
        for (const auto line : lines_of_unsafe_awaits(file.code)) {
            FAIL_CHECK(
                file.path,
                ":",
                line,
                " awaits beside a closure or a brace-built struct: name the parts in variables "
                "first, then await with std::move"
            );
        }
    }
}

TEST_CASE("tidy: headers have one include guard") {
    for (const auto& file : tree()) {
        if (file.is_header() && !file.text.starts_with("#pragma once\n")) {
            FAIL_CHECK(file.path, " does not begin with #pragma once");
        }
    }
}

TEST_CASE("tidy: comments and papers lead to papers and headings that are there") {
    for (const auto& file : tree()) {
        if (file.leaf != "tests/tidy") {
            check_links(file.path, file.text);
        }
    }
    for (const auto& each : papers()) {
        check_links(each.path, each.text);
        const auto folder = std::filesystem::path(each.path).parent_path().generic_string();
        for (const auto& link : file_links(each.text, folder)) {
            if (!std::filesystem::exists(root() / link.path)) {
                FAIL_CHECK(each.path, ":", link.line, ": there is no ", link.path);
            }
        }
    }
    CHECK(papers().size() > 4);
}

TEST_CASE("tidy: papers name files that are there") {
    for (const auto& each : papers()) {
        const auto folder = (root() / each.path).parent_path();
        for (const auto& link : quoted_paths(each.text)) {
            if (!std::filesystem::exists(root() / link.path) &&
                !std::filesystem::exists(folder / link.path)) {
                FAIL_CHECK(each.path, ":", link.line, ": there is no ", link.path);
            }
        }
    }
}

TEST_CASE("tidy: comments speak of no rule by a number that leads nowhere") {
    for (const auto& file : tree()) {
        if (file.path.starts_with("tests/")) {
            continue;  // tests/README.md defines the numbers
        }
        for (const auto line : lines_of_bare_numbers(file.text)) {
            FAIL_CHECK(
                file.path,
                ":",
                line,
                " names a number: write the paper and the heading, as in tests/README.md, \"I4\""
            );
        }
    }
}

TEST_CASE("tidy: the invariants name tests that are there") {
    std::string sources;
    for (const auto& file : tree()) {
        if (file.path.starts_with("tests/")) {
            sources += file.text;
        }
    }
    const auto quoted = quoted_names(read_file(root() / "tests/README.md"));
    for (const auto& name : quoted) {
        if (!says(sources, name)) {
            FAIL_CHECK("tests/README.md: no test is called \"", name, "\"");
        }
    }
    CHECK(quoted.size() > 20);
}
