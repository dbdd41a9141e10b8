#pragma once

#include "schemas/types/assert.hpp"
#include "tests/builders/life_words.hpp"
#include "worker/domain/objects.hpp"

#include <string>
#include <string_view>
#include <vector>

// Billhook's own records in a life: what somebody is mapped to, given, or loses again. For life.cpp
// alone.
namespace billhook::builders {

// Calls set(field, value, says) for each word "field=b", "field:a->b" or a status alone.
template <class Set>
void each_field(const std::vector<std::string>& rest, Set set) {
    for (const auto& word : rest) {
        const auto equals = word.find('=');
        const auto colon = word.find(':');
        const auto arrow = word.find("->");
        if (arrow != std::string::npos) {
            // The line itself says what was there before.
            set(word.substr(0, colon),
                std::string_view{word}.substr(colon + 1, arrow - colon - 1),
                false);
            set(word.substr(0, colon), std::string_view{word}.substr(arrow + 2), true);
        } else if (equals == std::string::npos) {
            set(std::string{"status"}, std::string_view{word}, false);
        } else if (!word.starts_with("id=") && !word.starts_with("version=")) {
            set(word.substr(0, equals), std::string_view{word}.substr(equals + 1), false);
        }
    }
}

inline received mapped(
    instant created,
    const std::string& name,
    const std::vector<std::string>& rest
) {
    mapping record;
    record.id = event_id{"map_" + name};
    record.created = created;
    each_field(rest, [&](const std::string& field, std::string_view to, bool) {
        if (field == "org") {
            record.organization = identifier<organization_id>(to);
        } else if (field == "customer") {
            record.customer = identifier<customer_id>(to);
        } else if (field == "sub") {
            record.subscription = identifier<subscription_id>(to);
        } else if (field == "created_at") {
            record.organization_created = moment(to);
        } else if (field == "deleted") {
            record.deleted = to == "true";
        } else {
            BILLHOOK_ASSERT(false && "a field of a mapping record");
        }
    });
    return {{}, created, endpoint_mode::both, std::move(record)};
}

inline received given(
    instant created,
    const std::string& name,
    const std::vector<std::string>& rest
) {
    grant record;
    record.id = event_id{"grant_" + name};
    record.created = created;
    record.actor = "ada";
    record.reason = "a test";
    each_field(rest, [&](const std::string& field, std::string_view to, bool) {
        if (field == "org") {
            record.organization = organization_id{std::string{to}};
        } else if (field == "plan") {
            record.plan = std::string{to};
        } else if (field == "access") {
            record.full_access = to == "full";
        } else if (field == "exempt") {
            record.exempt = to == "true";
        } else if (field == "extend") {
            record.trial_extension = std::chrono::seconds{std::chrono::days{number(to)}}.count();
        } else if (field == "until") {
            record.until = moment(to);
        } else if (field == "of") {
            record.revokes = event_id{"grant_" + std::string{to}};
        } else {
            record.features[field] = std::int64_t{number(to)};  // a limit
        }
    });
    return {{}, created, endpoint_mode::both, std::move(record)};
}

}  // namespace billhook::builders
