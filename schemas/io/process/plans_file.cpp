#include "schemas/io/process/plans_file.hpp"

#include <fmt/format.h>
#include <fstream>
#include <iterator>
#include <utility>

namespace billhook {

namespace {

std::optional<std::string> file_content(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::string text((std::istreambuf_iterator<char>(file)), {});
    return file.is_open() && !file.bad() ? std::optional{std::move(text)} : std::nullopt;
}

}  // namespace

std::optional<plans_text> read_plans_file(const std::string& path) {
    auto text = file_content(path);
    if (!text) {
        fmt::print(stderr, "{}: cannot be read; `plans` must name a file of plans\n", path);
        return std::nullopt;
    }
    auto plans = read_plans(*text);
    if (plans) {
        return plans_text{*std::move(text), *std::move(plans)};
    }
    for (const plans_problem& each : plans.error()) {
        const std::string key = each.key.empty() ? "" : each.key + ": ";
        if (each.line == 0) {
            fmt::print(stderr, "{}: {}{}\n", path, key, each.text);
        } else {
            fmt::print(stderr, "{}:{}: {}{}\n", path, each.line, key, each.text);
        }
    }
    return std::nullopt;
}

}  // namespace billhook
