#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace CLI {
class App;
class Option;
}  // namespace CLI

// What a subcommand understands on its line. CLI11 does the work, in flag_set.cpp alone: it costs
// ten seconds of compiler in every file that sees it.
namespace billhook {

// One flag or option; a handle, valid as long as its command_line. What is asked of a value is
// checked while parsing, and named in --help.
class flag {
public:
    explicit flag(CLI::Option* what) : what_(what) {}

    flag required();
    flag shown();  // its value from before is the default that --help shows
    flag within(std::int64_t least, std::int64_t most);
    flag within_share(double least, double most);
    flag not_negative();
    flag one_of(std::vector<std::string> words);
    flag existing_path();
    flag excludes(flag other);  // both at once are an error
    flag type_name(const std::string& word);

private:
    CLI::Option* what_;
};

// A (sub)command's flags; a handle like `flag`. What is told is written into the variables given
// here, which must outlive parsing. A name without dashes is positional.
class flag_set {
public:
    explicit flag_set(CLI::App* of) : of_(of) {}

    flag add_flag(const std::string& name, bool& into, const std::string& help);
    // Instantiated in flag_set.cpp for the types that commands use; another type gets its line
    // there.
    template <class Value>
    flag add_option(const std::string& name, Value& into, const std::string& help);

    flag_set add_subcommand(const std::string& name, const std::string& help);
    void require_subcommand();          // exactly one
    void fall_through();                // flags of this one may also stand behind a subcommand
    [[nodiscard]] bool parsed() const;  // this subcommand was on the line

private:
    CLI::App* of_;
};

}  // namespace billhook
