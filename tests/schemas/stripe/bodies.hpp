#pragma once

#include "schemas/stripe/event.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

// Bodies of events for the tests of this folder, and what they must parse to.
namespace billhook::stripe {

// A snapshot event "evt_1" of second 1000 about `object`, with `previous` as its previous
// attributes unless that is empty.
inline std::string event_body(
    std::string_view type,
    std::string_view object,
    std::string_view previous = {}
) {
    std::string body =
        R"({"id":"evt_1","object":"event","api_version":"2024-06-20","created":1000,)";
    body.append(R"("livemode":false,"type":")").append(type).append(R"(","data":{"object":)");
    body.append(object);
    if (!previous.empty()) {
        body.append(R"(,"previous_attributes":)").append(previous);
    }
    return body.append("}}");
}

// "parsed", or the word of the refusal.
inline std::string outcome_of(std::string_view body) {
    const auto parsed = parse_event(body);
    return parsed ? "parsed" : std::string(to_word(parsed.error()));
}

inline event event_in(std::string_view body) {
    CAPTURE(body);
    const auto parsed = parse_event(body);
    REQUIRE(parsed.has_value());
    return *parsed;
}

template <class Fact>
Fact fact_in(std::string_view body) {
    const event what = event_in(body);
    REQUIRE(std::holds_alternative<Fact>(what.said));
    return std::get<Fact>(what.said);
}

inline instant at(std::int64_t seconds) {
    return from_unix_seconds(seconds);
}

}  // namespace billhook::stripe
