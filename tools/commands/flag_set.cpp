#include "tools/commands/flag_set.hpp"

#include <CLI/CLI.hpp>
#include <cstdint>
#include <optional>
#include <utility>

namespace billhook {

flag flag::required() {
    what_->required();
    return *this;
}

flag flag::shown() {
    what_->capture_default_str();
    return *this;
}

flag flag::within(std::int64_t least, std::int64_t most) {
    what_->check(CLI::Range(least, most));
    return *this;
}

flag flag::within_share(double least, double most) {
    what_->check(CLI::Range(least, most));
    return *this;
}

flag flag::not_negative() {
    what_->check(CLI::NonNegativeNumber);
    return *this;
}

flag flag::one_of(std::vector<std::string> words) {
    what_->check(CLI::IsMember(std::move(words)));
    return *this;
}

flag flag::existing_path() {
    what_->check(CLI::ExistingPath);
    return *this;
}

flag flag::excludes(flag other) {
    what_->excludes(other.what_);
    return *this;
}

flag flag::type_name(const std::string& word) {
    what_->type_name(word);
    return *this;
}

flag flag_set::add_flag(const std::string& name, bool& into, const std::string& help) {
    return flag(of_->add_flag(name, into, help));
}

template <class Value>
flag flag_set::add_option(const std::string& name, Value& into, const std::string& help) {
    return flag(of_->add_option(name, into, help));
}
template flag flag_set::add_option(const std::string&, std::string&, const std::string&);
template flag flag_set::
    add_option(const std::string&, std::optional<std::string>&, const std::string&);
template flag flag_set::
    add_option(const std::string&, std::vector<std::string>&, const std::string&);
template flag flag_set::add_option(const std::string&, int&, const std::string&);
template flag flag_set::add_option(const std::string&, std::optional<int>&, const std::string&);
template flag flag_set::add_option(const std::string&, std::vector<int>&, const std::string&);
template flag flag_set::add_option(const std::string&, unsigned&, const std::string&);
template flag flag_set::add_option(const std::string&, std::int64_t&, const std::string&);
template flag flag_set::add_option(const std::string&, std::uint64_t&, const std::string&);
template flag flag_set::add_option(const std::string&, std::uint16_t&, const std::string&);
template flag flag_set::add_option(const std::string&, double&, const std::string&);

flag_set flag_set::add_subcommand(const std::string& name, const std::string& help) {
    return flag_set(of_->add_subcommand(name, help));
}

void flag_set::require_subcommand() {
    of_->require_subcommand(1);
}

void flag_set::fall_through() {
    of_->fallthrough();
}

bool flag_set::parsed() const {
    return of_->parsed();
}

}  // namespace billhook
