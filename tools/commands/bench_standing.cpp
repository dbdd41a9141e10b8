#include "tools/commands/bench_standing.hpp"

#include "tools/commands/bounded_file.hpp"
#include "tools/commands/printing.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <system_error>
#include <vector>

namespace billhook {

namespace {

constexpr std::size_t longest_token_file = 16'384;
constexpr std::int64_t most_asked = 1'000;
// Of an answer, as a paying organization's has them.
constexpr std::size_t standing_bytes = 800;
const costs_words standing_words{"GET .../standing", "answers/s", "answers_per_second"};

// Nothing if it cannot be read; then it was said.
std::optional<std::string> token_in(const std::string& path) {
    auto text = read_bounded(path, longest_token_file);
    if (!text) {
        warn("--token-file '{}': {}\n", path, to_words(text.error()));
        return std::nullopt;
    }
    text->erase(text->find_last_not_of(" \r\n") + 1);
    return *std::move(text);
}

// Of organizations that lie evenly among all.
std::vector<std::string> questions(
    const simulator::webhook_url& to,
    const std::string& token,
    std::int64_t organizations
) {
    const auto asked = std::min(organizations, most_asked);
    std::vector<std::string> all;
    for (std::int64_t at = 1; at <= asked; ++at) {
        // The fields that an application's HTTP client sends.
        all.push_back(fmt::format(
            "GET /v1/organizations/org_{}/standing HTTP/1.1\r\nHost: {}:{}\r\n"
            "User-Agent: application/1.0\r\nAccept: application/json\r\n"
            "Accept-Encoding: gzip, deflate\r\nAuthorization: Bearer {}\r\n\r\n",
            organizations / asked * at,
            to.host,
            to.port,
            token
        ));
    }
    return all;
}

}  // namespace

void add_flags(flag_set own, standing_flags& into) {
    add_flags(own, into.load);
    own.add_option("--token-file", into.token_file, "a service token's, as billhook token makes")
        .required();
    own.add_option(
           "--organizations", into.organizations, "org_1 and so on are there, and have standings"
    )
        .shown()
        .within(1, 100'000'000);
}

exit_code bench_standing(const standing_flags& told, bool as_json) {
    const auto servers = servers_from(told.load);
    const auto token = token_in(told.token_file);
    if (!servers || !token) {
        return exit_code::usage;
    }
    const bare_server bare({.body = std::string(standing_bytes, ' ')});
    const requests_to requests = [&](const simulator::webhook_url& to) {
        return questions(to, *token, told.organizations);
    };
    try {
        std::vector<contender> all{contender_from("bare Beast", bare, requests)};
        for (const auto& each : *servers) {
            all.push_back(contender_from(each, requests));
        }
        const auto costs = measure_servers(all, measuring_from(told.load));
        const auto text = as_json ? json_of_servers(costs, standing_words) + "\n"
                                  : text_of_servers(costs, standing_words);
        tell("{}", own_lines{text});
    } catch (const std::system_error& why) {
        warn("billhook bench: {}\n", why.what());
        return exit_code::unreachable;
    }
    return exit_code::done;
}

}  // namespace billhook
