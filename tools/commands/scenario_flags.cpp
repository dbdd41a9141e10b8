#include "tools/commands/scenario_flags.hpp"

#include "schemas/plans/read_plans.hpp"
#include "schemas/types/instant.hpp"
#include "tools/commands/printing.hpp"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <iterator>

namespace billhook {

namespace {

using namespace std::chrono_literals;

std::string base_36(std::uint64_t number) {
    char text[16];
    const auto end = std::to_chars(std::begin(text), std::end(text), number, 36);
    return {text, end.ptr};
}

bool complain_of_flag(const char* what, const char* why) {
    warn("{}: {}\n", what, why);
    return false;
}

}  // namespace

void add_flags(flag_set own, scenario_flags& flags) {
    auto& lives = flags.scenario;
    own.add_option("--organizations", lives.organizations, "how many lives")
        .within(1, 1'000'000)
        .shown();
    own.add_option("--months", lives.months, "how far back lives begin, at least")
        .within(1, 12)
        .shown();
    own.add_option("--seed", lives.seed, "which lives, which disorder").shown();
    own.add_option(
        "--prefix",
        lives.prefix,
        "letters and digits in every id; the default is of seed and starting time"
    );
    own.add_option(
        "--until",
        flags.until,
        "when lives end (RFC 3339, not in the future); with --seed, --prefix and the same plans the"
        " bytes are the same again; the default is a minute ago"
    );
}

bool settle(scenario_flags& flags) {
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    auto& lives = flags.scenario;
    lives.end = now - 60s;
    if (!flags.until.empty()) {
        const auto until = from_rfc3339(flags.until);
        if (!until || *until > now) {
            return complain_of_flag(
                "--until", "must be a time like 2026-01-31T12:00:00Z, not in the future"
            );
        }
        lives.end = std::chrono::floor<std::chrono::seconds>(*until);
    }
    if (lives.prefix.empty()) {
        const auto seconds = static_cast<std::uint64_t>(now.time_since_epoch().count());
        lives.prefix = base_36(lives.seed) + "z" + base_36(seconds);
    }
    const bool plain = std::ranges::all_of(lives.prefix, [](unsigned char letter) {
        return std::isalnum(letter) != 0;
    });
    if (!plain || lives.prefix.size() > 40) {
        return complain_of_flag("--prefix", "must be at most 40 letters and digits");
    }
    return true;
}

std::optional<catalogue> plans_or_problems(const settings_input& from, const std::string& path) {
    const auto text = from.read_file(path);
    if (!text) {
        warn("--plans (or BILLHOOK_PLANS): {} cannot be read\n", path);
        return std::nullopt;
    }
    auto plans = read_plans(*text);
    if (plans) {
        return std::move(*plans);
    }
    for (const auto& problem : plans.error()) {
        warn("{}:{}: {}: {}\n", path, problem.line, problem.key, problem.text);
    }
    return std::nullopt;
}

}  // namespace billhook
