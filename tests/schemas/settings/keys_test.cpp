#include "schemas/settings/keys.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace billhook {
namespace {

std::string example_file() {
    std::ifstream file("deploy/billhook.example.toml");
    return {std::istreambuf_iterator<char>(file), {}};
}

std::string section_of(const key& row) {
    const auto dot = row.name.rfind('.');
    return std::string(row.name.substr(0, dot == row.name.npos ? 0 : dot));
}

bool is_quoted(key_kind kind) {
    return kind == key_kind::text || kind == key_kind::secret_text;
}

// A text that the key takes and that is not its default.
std::string other_than_default(const key& row) {
    switch (row.rule.kind) {
        case key_kind::truth:
            return row.standard == "true" ? "false" : "true";
        case key_kind::number:
            return std::to_string(
                row.standard == std::to_string(row.rule.most) ? row.rule.least : row.rule.most
            );
        case key_kind::secret_text:
            return row.name == "stripe.secret_key" ? "sk_test_0123456789abcdef"
                                                   : "postgresql://u:p@h/d";
        case key_kind::text:
            break;
    }
    if (!row.rule.words.empty()) {
        const std::string first(row.rule.words.substr(0, row.rule.words.find(' ')));
        const std::string last(row.rule.words.substr(row.rule.words.rfind(' ') + 1));
        return row.standard == last ? first : last;
    }
    return row.unit == "duration" ? "31s" : row.unit == "URL" ? "http://[::1]:1" : "host:1";
}

}  // namespace

TEST_CASE("keys: each has one name in the file and the environment and on the command line") {
    const key* brokers = key_named("kafka.brokers");
    REQUIRE(brokers != nullptr);
    CHECK(environment_name(*brokers) == "BILLHOOK_KAFKA_BROKERS");
    CHECK(flag_name(*brokers) == "--kafka-brokers");
    CHECK(
        environment_name(*key_named("allow_weak_durability")) == "BILLHOOK_ALLOW_WEAK_DURABILITY"
    );
    CHECK(flag_name(*key_named("allow_weak_durability")) == "--allow-weak-durability");
    CHECK(key_named("kafka.broker") == nullptr);

    std::set<std::string> variables;
    std::set<std::string> flags = {"--config"};
    for (const key& row : all_keys()) {
        variables.insert(environment_name(row));
        flags.insert(flag_name(row));
    }
    CHECK(variables.size() == all_keys().size());
    CHECK(flags.size() == all_keys().size() + 1);
}

TEST_CASE("keys: the defaults of the table are those of the structs") {
    for (const key& row : all_keys()) {
        CAPTURE(row.name);
        settings changed;
        if (!row.standard.empty()) {
            CHECK_FALSE(row.set(changed, row.standard, row).has_value());
            CHECK((changed == settings{}));
        }
    }
}

TEST_CASE("keys: every setter changes a field of its own") {
    std::vector<settings> seen = {settings{}};
    for (const key& row : all_keys()) {
        CAPTURE(row.name);
        settings changed;
        const auto wrong = row.set(changed, other_than_default(row), row);
        CHECK_MESSAGE(!wrong.has_value(), wrong.value_or(""));
        for (const settings& earlier : seen) {
            CHECK_FALSE((earlier == changed));
        }
        seen.push_back(changed);
    }
}

TEST_CASE("keys: the example file has every key with help and unit and default and no other") {
    const std::string text = example_file();
    REQUIRE_FALSE(text.empty());
    std::string expected;
    std::string section;
    for (const key& row : all_keys()) {
        if (section_of(row) != section) {
            section = section_of(row);
            expected += "\n[" + section + "]\n";
        }
        const std::string leaf(row.name.substr(row.name.rfind('.') + 1));
        const std::string quote = is_quoted(row.rule.kind) ? "\"" : "";
        expected += "# " + std::string(row.help) + " (" + std::string(row.unit) + ")\n";
        expected += "#" + leaf + " = " + quote + std::string(row.standard) + quote + "\n";
    }
    const auto begin = text.find("# what the projection accepts");
    const auto end = text.find("\n# Where Stripe delivers to");
    REQUIRE(begin != text.npos);
    REQUIRE(end != text.npos);
    CHECK(text.substr(begin, end - begin) == expected);
}

TEST_CASE("keys: the settings among a command's arguments are told from its own") {
    using words = std::vector<std::string>;
    constexpr auto tool = process_kind::billhook;
    const words switches = {"--livemode", "evt_1", "--livemode=false"};
    const struct {
        std::string name;
        process_kind process;
        words given;
        words taken;
        words left;
    } rows[] = {
        {"nothing",                       tool, {},                                                    {},                                 {}                    },
        {"a value that follows",
         tool,                                  {"show", "--kafka-brokers", "a:1", "evt_1", "--json"},
         {"--kafka-brokers", "a:1"},
         {"show", "evt_1", "--json"}                                                                                                                             },
        {"a value in one word",
         tool,                                  {"--kafka-brokers=a:1", "evt_1"},
         {"--kafka-brokers=a:1"},
         {"evt_1"}                                                                                                                                               },
        {"the file",                      tool, {"--config", "f", "--config=g"},                       {"--config", "f", "--config=g"},    {}                    },
        {"a switch takes no value",       tool, switches,                                              {"--livemode", "--livemode=false"}, {"evt_1"}             },
        {"after -- all is the command's", tool, {"--", "--plans", "a"},                                {},                                 {"--", "--plans", "a"}},
        {"a value that is missing",       tool, {"--plans"},                                           {"--plans"},                        {}                    },
        {"the process's own section",
         process_kind::ingest,
         {"--threads", "4"},
         {"--threads", "4"},
         {}                                                                                                                                                      },
        {"a section of another",          tool, {"--threads", "4"},                                    {},                                 {"--threads", "4"}    },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        words left = row.given;
        CHECK((take_setting_flags(row.process, left) == row.taken));
        CHECK((left == row.left));
    }
}

}  // namespace billhook
