#include "tools/commands/text_table.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("text table: columns are as wide as their widest cell and numbers stand right") {
    text_table rows({"plan", "members", "note"});
    rows.add({"basic", "7", ""});
    rows.add({"enterprise", "120", "caf\u00e9"});
    CHECK(
        rows.text() ==
        "plan        members  note\n"
        "basic             7\n"
        "enterprise      120  caf\u00e9\n"
    );
}

TEST_CASE("text table: a column with one word in it stands left") {
    text_table rows({"end", "x"});
    rows.add({"?", "1"});
    rows.add({"12", "1"});
    CHECK(rows.text() == "end  x\n?    1\n12   1\n");
}

TEST_CASE("text table: no cell breaks the line") {
    text_table rows({"id"});
    rows.add({"a\nb\x1b[31m"});
    CHECK(rows.text() == "id\na\\u000ab\\u001b[31m\n");
}

TEST_CASE("text table: without rows only the headings") {
    const text_table rows({"a", "b"});
    CHECK(rows.empty());
    CHECK(rows.text() == "a  b\n");
}

}  // namespace billhook
