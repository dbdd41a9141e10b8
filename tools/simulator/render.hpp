#pragma once

#include "tools/simulator/objects.hpp"
#include "tools/simulator/schedule.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

// Objects in the shape of an API version. The year-month-day in front of a version decides: from
// 2025-03-31 (basil) on, periods stand in the items and an invoice's subscription in its `parent`;
// from 2026-09-30 (endive) on, a paused subscription says why.
namespace billhook::simulator {

struct rendering {
    std::string api_version;
    bool livemode = false;

    [[nodiscard]] bool since_basil() const { return api_version >= "2025-03-31"; }
    [[nodiscard]] bool since_endive() const { return api_version >= "2026-09-30"; }
};

[[nodiscard]] boost::json::object render(const customer& what, const rendering& as);
[[nodiscard]] boost::json::object render(const subscription& what, const rendering& as);
[[nodiscard]] boost::json::object render(const invoice& what, const rendering& as);
[[nodiscard]] boost::json::object render(const checkout_session& what, const rendering& as);
[[nodiscard]] boost::json::object render(const schedule& what, const rendering& as);
[[nodiscard]] boost::json::object render(const side_object& what, const rendering& as);

// Stands for half a surrogate pair in a text: JSON may hold `\\ud83d` alone, UTF-8 may not.
inline constexpr const char* lone_surrogate = "\xEE\x83\xBF";

// The body's bytes, with the escape in place of each `lone_surrogate`.
[[nodiscard]] std::string to_text(const boost::json::object& body);

// `previous_attributes` of a change: only what changed, with the value before; hashes key by key,
// arrays whole, null for what was not there.
[[nodiscard]] boost::json::object difference(
    const boost::json::object& before,
    const boost::json::object& after
);

}  // namespace billhook::simulator
