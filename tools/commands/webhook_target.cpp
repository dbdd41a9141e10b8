#include "tools/commands/webhook_target.hpp"

#include "tools/commands/printing.hpp"

#include <fmt/format.h>
#include <utility>

namespace billhook {

namespace {

std::string first_of(
    const std::string& flag,
    const std::map<std::string, std::string>& environment,
    const char* name
) {
    if (!flag.empty()) {
        return flag;
    }
    const auto found = environment.find(name);
    return found == environment.end() ? "" : found->second;
}

}  // namespace

std::optional<webhook_target> target_or_problem(
    const std::string& url,
    const std::string& key,
    const std::map<std::string, std::string>& environment
) {
    const auto where = first_of(url, environment, "BILLHOOK_WEBHOOK_URL");
    auto with = first_of(key, environment, "STRIPE_WEBHOOK_SECRET");
    with = with.substr(0, with.find(','));
    const auto parsed = simulator::parse_webhook_url(where);
    if (!parsed) {
        warn(
            "--url (or BILLHOOK_WEBHOOK_URL): {}; give http://host:port/path\n",
            where.empty() ? "is missing" : "'" + where + "' is no such URL"
        );
    }
    if (with.empty()) {
        warn("--secret (or STRIPE_WEBHOOK_SECRET): is missing; give the endpoint's\n");
    }
    if (!parsed || with.empty()) {
        return std::nullopt;
    }
    return webhook_target{*parsed, secret(std::move(with))};
}

std::string refused_text(const simulator::delivered& of) {
    std::map<int, std::size_t> by_status;
    for (const auto status : of.statuses) {
        if (status != 200) {
            ++by_status[status];
        }
    }
    std::string parts;
    for (const auto& [status, count] : by_status) {
        parts += parts.empty() ? "" : ", ";
        parts += status == 0 ? fmt::format("{} not answered", count)
                             : fmt::format("{} answered {}", count, status);
    }
    return fmt::format("{} not accepted: {}", of.counts.given_up(), parts);
}

}  // namespace billhook
