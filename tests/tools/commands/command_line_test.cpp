#include "tools/commands/command_line.hpp"

#include <doctest/doctest.h>

#include <set>
#include <string>

namespace billhook {

TEST_CASE("command line: settings and a command's own flags may stand in any order") {
    command_line line("billhook try", "tries", "  billhook try x");
    std::string word;
    bool loud = false;
    line.flags().add_option("WORD", word, "a word").required();
    line.flags().add_flag("--loud", loud, "loudly");
    REQUIRE_FALSE(
        line.parse({"--kafka-group", "others", "--loud", "here", "--ingest-threads=3"}).has_value()
    );
    CHECK(word == "here");
    CHECK(loud);
    const auto told = line.read_settings({});
    const auto* const all = std::get_if<settings>(&told);
    REQUIRE(all != nullptr);
    CHECK(all->kafka.group == "others");
    CHECK(all->ingest.threads == 3);
}

TEST_CASE("command line: a flag that nobody knows or a missing word is a matter of usage") {
    const std::vector<arguments> rows = {
        {},
        {"x", "y"},
        {"x", "--kafka-grup", "g"},
        {"x", "--loud=maybe"}
    };
    for (const arguments& row : rows) {
        CAPTURE(row.empty() ? "" : row.back());
        command_line line("billhook try", "tries", "  billhook try x");
        std::string word;
        bool loud = false;
        line.flags().add_option("WORD", word, "a word").required();
        line.flags().add_flag("--loud", loud, "loudly");
        CHECK(line.parse(row) == exit_code::usage);
    }
}

TEST_CASE("command line: a setting that is wrong is a matter of usage") {
    command_line line("billhook try", "tries", "  billhook try");
    REQUIRE_FALSE(line.parse({"--ingest-threads", "many"}).has_value());
    const auto told = line.read_settings({});
    REQUIRE(std::holds_alternative<exit_code>(told));
    CHECK(std::get<exit_code>(told) == exit_code::usage);
}

TEST_CASE("commands: each has a name of its own and a purpose and helps with examples") {
    std::set<std::string_view> names;
    for (const command& each : all_commands()) {
        CAPTURE(each.name);
        CHECK(names.insert(each.name).second);
        CHECK_FALSE(each.purpose.empty());
        CHECK(each.run({"--help"}) == exit_code::done);
        CHECK(each.run({"--no-such-flag"}) == exit_code::usage);
    }
}

}  // namespace billhook
