#include "tools/commands/operator_act.hpp"

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/types/text.hpp"
#include "tools/commands/printing.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>
#include <vector>

namespace billhook {

namespace {

constexpr std::size_t longest_actor = 255;
constexpr std::size_t longest_reason = 1'000;

}  // namespace

std::string login_name() {
    std::vector<char> room(16'384);
    passwd entry{};
    passwd* found = nullptr;
    const int failed = getpwuid_r(geteuid(), &entry, room.data(), room.size(), &found);
    return failed == 0 && found != nullptr && *found->pw_name != '\0' ? found->pw_name : "unknown";
}

void add_act_flags(flag_set to, act_flags& into, bool needs_reason) {
    auto reason = to.add_option("--reason", into.reason, "why; kept with it");
    if (needs_reason) {
        reason.required();
    }
    to.add_option("--actor", into.actor, "who decided it; default: the login name").shown();
}

bool check_act(const act_flags& told, bool needs_reason) {
    if ((needs_reason || !told.reason.empty()) && !is_plain_text(told.reason, longest_reason)) {
        warn("--reason: must be text of 1 to {} bytes\n", longest_reason);
        return false;
    }
    if (!is_plain_text(told.actor, longest_actor)) {
        warn("--actor: must be text of 1 to {} bytes\n", longest_actor);
        return false;
    }
    return true;
}

acting acting_of(const act_flags& told) {
    return {told.actor, told.reason.empty() ? std::nullopt : std::optional{told.reason}};
}

std::set<organization_id> known_organizations(
    snapshot_reader& from,
    const std::vector<organization_id>& among
) {
    const bool has_table =
        from.in().exec1("SELECT to_regclass('public.organizations') IS NOT NULL")[0].as<bool>();
    const std::string in_table =
        has_table ? " UNION SELECT a.id FROM unnest($1::text[]) a (id) WHERE EXISTS (SELECT FROM "
                    "public.organizations o WHERE o.id::text = a.id)"
                  : "";
    const pqxx::result rows = from.in().exec_params(
        with_schema(
            "SELECT organization FROM :S.standings WHERE organization = ANY ($1::text[])" +
                in_table,
            from.of().schema
        ),
        array_of(among)
    );
    std::set<organization_id> known;
    for (const auto& row : rows) {
        known.emplace(row[0].c_str());
    }
    return known;
}

bool is_known_organization(snapshot_reader& from, const organization_id& which) {
    return !known_organizations(from, {which}).empty();
}

exit_code publish_acts(const settings& told, std::span<const message> records) {
    constexpr std::chrono::seconds patience{10};
    constexpr std::size_t at_once = 1'000;
    auto how = kafka::producer_settings_from(told.kafka);
    how.message_timeout = std::min<std::chrono::milliseconds>(how.message_timeout, patience);
    kafka::kafka_publisher log(how);
    std::size_t taken = 0;
    for (std::size_t at = 0; at < records.size(); at += at_once) {
        const auto some = records.subspan(at, std::min(at_once, records.size() - at));
        const auto reports = log.publish(some);
        taken += static_cast<std::size_t>(std::ranges::count(reports, delivery::persisted));
        if (taken < at + some.size()) {
            warn(
                "Kafka took {} of {} within {} s ({}); others may turn up later. Look with "
                "billhook audit before you try again.\n",
                taken,
                records.size() == 1 ? "1 record" : fmt::format("{} records", records.size()),
                patience.count(),
                log.last_error().empty() ? "no answer" : log.last_error()
            );
            return exit_code::unreachable;
        }
    }
    return exit_code::done;
}

exit_code publish_act(const settings& told, const message& record) {
    return publish_acts(told, std::span{&record, 1});
}

}  // namespace billhook
