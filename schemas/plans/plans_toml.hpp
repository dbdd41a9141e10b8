#pragma once

#include "schemas/plans/policy.hpp"
#include "schemas/plans/read_plans.hpp"

#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <toml++/toml.h>
#include <vector>

// The single values of plans.toml. What is wrong is collected, never thrown, and the reading goes
// on; `path` is the dotted key for the message. For read_plans.cpp alone.
namespace billhook::plans_toml {

[[nodiscard]] std::string inside(const std::string& path, std::string_view name);
[[nodiscard]] int line_of(const toml::source_region& at);
// What plans and features may be called: 1 to 64 letters, digits, _ and -. They become SQL text,
// JSON keys and arguments.
[[nodiscard]] bool is_plain_key(std::string_view text);

class values {
public:
    void report(const toml::node& at, const std::string& path, std::string text);
    void report_missing(const std::string& path, std::string text);
    // In line order; empty afterwards.
    [[nodiscard]] std::vector<plans_problem> take_problems();

    // Reports every key of `in` that is none of `names`.
    void only(
        const toml::table& in,
        const std::string& path,
        std::initializer_list<std::string_view> names
    );
    // What stands at `name`; nothing if it is missing, or is something else, which is reported.
    const toml::table* table_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    std::optional<std::chrono::seconds> duration_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    std::optional<bool> truth_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    std::optional<std::string> text_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    std::optional<access_level> access_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    // Limits by quantity are read into `counted` and their base into what is returned; without it
    // there may be none.
    feature_map features_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path,
        per_quantity_map* counted = nullptr
    );
    // Rising, none twice.
    std::optional<std::vector<std::chrono::seconds>> durations_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );
    // A list of texts that stand in no other list of that name.
    std::set<std::string> names_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );

private:
    std::optional<std::string> text_of(const toml::node& at, const std::string& path);
    std::optional<std::chrono::seconds> duration_of(const toml::node& at, const std::string& path);
    std::optional<feature_value> feature_of(const toml::node& at, const std::string& path);
    std::optional<std::int64_t> count_at(
        const toml::table& in,
        std::string_view name,
        const std::string& path
    );

    struct place {
        int line;
        std::string path;
    };
    std::vector<plans_problem> problems_;
    std::map<std::string, place> named_;  // "prices price_1" -> where it was named first
};

}  // namespace billhook::plans_toml
