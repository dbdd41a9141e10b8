#include "tools/commands/operator_act.hpp"

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/io/kafka/kafka_publisher.hpp"
#include "schemas/json/reader.hpp"
#include "schemas/json/writer.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>
#include <vector>

namespace billhook {

namespace {

constexpr std::size_t longest_actor = 255;
constexpr std::size_t longest_reason = 1'000;

// C0, DEL, and C1 in UTF-8.
bool has_controls(std::string_view text) {
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto byte = static_cast<unsigned char>(text[at]);
        const auto next = at + 1 < text.size() ? static_cast<unsigned char>(text[at + 1]) : 0U;
        if (byte < 0x20 || byte == 0x7f || (byte == 0xc2 && next >= 0x80 && next < 0xa0)) {
            return true;
        }
    }
    return false;
}

// Written as JSON it comes back unchanged.
bool is_utf8(std::string_view text) {
    json::writer out;
    out.begin_object().member("text", text).end_object();
    const auto read = json::read(out.take());
    return read && read->root().find("text").as_string() == text;
}

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
        fmt::print(stderr, "--reason: must be text of 1 to {} bytes\n", longest_reason);
        return false;
    }
    if (!is_plain_text(told.actor, longest_actor)) {
        fmt::print(stderr, "--actor: must be text of 1 to {} bytes\n", longest_actor);
        return false;
    }
    return true;
}

acting acting_of(const act_flags& told) {
    return {told.actor, told.reason.empty() ? std::nullopt : std::optional{told.reason}};
}

bool is_plain_text(std::string_view text, std::size_t longest) {
    return !text.empty() && text.size() <= longest && !has_controls(text) && is_utf8(text);
}

bool is_known_organization(snapshot_reader& from, const organization_id& which) {
    const bool has_table =
        from.in().exec1("SELECT to_regclass('public.organizations') IS NOT NULL")[0].as<bool>();
    const std::string in_table =
        has_table ? " OR EXISTS (SELECT FROM public.organizations WHERE id::text = $1)" : "";
    return from.in()
        .exec_params1(
            with_schema(
                "SELECT EXISTS (SELECT FROM :S.standings WHERE organization = $1)" + in_table,
                from.of().schema
            ),
            which.text()
        )[0]
        .as<bool>();
}

exit_code publish_act(const settings& told, const message& record) {
    constexpr std::chrono::seconds patience{10};
    auto how = kafka::producer_settings_from(told.kafka);
    how.message_timeout = std::min<std::chrono::milliseconds>(how.message_timeout, patience);
    kafka::kafka_publisher log(how);
    const std::array records{record};
    if (log.publish(records).front() == delivery::persisted) {
        return exit_code::done;
    }
    fmt::print(
        stderr,
        "Kafka did not take the record within {} s ({}); it may turn up later. Look with billhook "
        "audit before you try again.\n",
        patience.count(),
        log.last_error().empty() ? "no answer" : log.last_error()
    );
    return exit_code::unreachable;
}

}  // namespace billhook
