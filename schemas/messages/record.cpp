#include "schemas/messages/record.hpp"

#include <algorithm>
#include <charconv>
#include <string_view>

namespace billhook {
namespace {

constexpr record_source_kind all_sources[] = {
    record_source_kind::webhook,
    record_source_kind::backfill,
    record_source_kind::reconcile,
    record_source_kind::mapping,
    record_source_kind::by_operator,
    record_source_kind::api,
    record_source_kind::clerk,
};
constexpr endpoint_mode all_modes[] = {
    endpoint_mode::live,
    endpoint_mode::test,
    endpoint_mode::both};

template <class Enum, std::size_t N>
Enum from_word(std::string_view word, const Enum (&all)[N], Enum otherwise) {
    const auto* const found =
        std::find_if(all, all + N, [&](Enum one) { return to_word(one) == word; });
    return found == all + N ? otherwise : *found;
}

// Microseconds since 1970, digits alone; negative or too large counts as unreadable.
instant received_from(std::string_view text, instant otherwise) {
    std::int64_t micros = 0;
    const auto [stopped, code] = std::from_chars(text.data(), text.data() + text.size(), micros);
    const bool whole = code == std::errc{} && stopped == text.data() + text.size();
    return whole && micros >= 0 ? instant{std::chrono::microseconds{micros}} : otherwise;
}

}  // namespace

std::string_view to_word(record_source_kind source) {
    switch (source) {
        case record_source_kind::webhook:
            return "webhook";
        case record_source_kind::backfill:
            return "backfill";
        case record_source_kind::reconcile:
            return "reconcile";
        case record_source_kind::mapping:
            return "mapping";
        case record_source_kind::by_operator:
            return "operator";
        case record_source_kind::api:
            return "api";
        case record_source_kind::clerk:
            return "clerk";
    }
    return "";
}

std::string_view to_word(endpoint_kind kind) {
    switch (kind) {
        case endpoint_kind::stripe:
            return "stripe";
        case endpoint_kind::clerk:
            return "clerk";
    }
    return "";
}

std::string_view to_word(endpoint_mode mode) {
    switch (mode) {
        case endpoint_mode::live:
            return "live";
        case endpoint_mode::test:
            return "test";
        case endpoint_mode::both:
            return "both";
    }
    return "";
}

header_list headers_of(const record& what) {
    constexpr std::size_t most_headers = 8;
    header_list headers;
    headers.reserve(most_headers);
    if (what.event_id) {
        headers.emplace_back("event-id", *what.event_id);
    }
    if (what.event_type) {
        headers.emplace_back("event-type", *what.event_type);
    }
    headers.emplace_back("endpoint", what.endpoint);
    headers.emplace_back("endpoint-mode", to_word(what.mode));
    headers.emplace_back("secret", what.secret);
    headers.emplace_back(
        "received-at", std::to_string(what.received_at.time_since_epoch().count())
    );
    if (what.stripe_signature) {
        headers.emplace_back("stripe-signature", *what.stripe_signature);
    }
    headers.emplace_back("source", to_word(what.source));
    return headers;
}

record record_from(
    std::string key,
    std::string body,
    const header_list& headers,
    instant fallback
) {
    record what;
    what.key = std::move(key);
    what.body = std::move(body);
    what.received_at = fallback;
    for (const auto& [name, value] : headers) {
        if (name == "event-id") {
            what.event_id = value;
        } else if (name == "event-type") {
            what.event_type = value;
        } else if (name == "endpoint") {
            what.endpoint = value;
        } else if (name == "endpoint-mode") {
            what.mode = from_word(value, all_modes, what.mode);
        } else if (name == "secret") {
            what.secret = value;
        } else if (name == "received-at") {
            what.received_at = received_from(value, fallback);
        } else if (name == "stripe-signature") {
            what.stripe_signature = value;
        } else if (name == "source") {
            what.source = from_word(value, all_sources, what.source);
        }
    }
    return what;
}

}  // namespace billhook
