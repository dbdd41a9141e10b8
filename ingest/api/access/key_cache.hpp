#pragma once

#include "ingest/api/access/key_set.hpp"
#include "schemas/types/instant.hpp"

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

namespace billhook::api {

// What a look for a key found. `awaited`: none of that name yet, but the set is about to be fetched
// or its source is down, so nobody can say that there is none.
enum class key_lookup : std::uint8_t { found, unknown, awaited };

struct found_key {
    key_lookup what = key_lookup::unknown;
    std::shared_ptr<const key_set> set{};  // keeps `key` alive
    const verifying_key* key = nullptr;    // only if found
};

// Where the keys of tokens come from. From any thread, several at once; waits for nothing.
class key_source {
public:
    key_source() = default;
    key_source(const key_source&) = delete;
    key_source& operator=(const key_source&) = delete;
    virtual ~key_source() = default;

    [[nodiscard]] virtual found_key find(std::string_view id, instant now) = 0;
};

inline constexpr std::chrono::seconds between_fetches{10};
inline constexpr std::chrono::seconds fresh_by_default{300};
inline constexpr std::chrono::seconds least_fresh{60};
inline constexpr std::chrono::seconds most_fresh{86'400};

// A machine: when a key set is fetched, and which is in force. Pure; one thread at a time.
// * One fetch at a time, and 10 s from the beginning of one to that of the next, whatever came of
//   it and however many unknown names are asked for.
// * A set is fresh for its `max-age` (5 minutes without one; at least a minute, at most a day).
// * A fetch that fails changes nothing: the last good set stays in force until there is another.
class key_cache {
public:
    [[nodiscard]] found_key find(std::string_view id, instant now);

    // Whether a fetch begins now; then `fetched` or `failed` must follow.
    [[nodiscard]] bool begins_fetch(instant now);
    void fetched(key_set set, std::optional<std::chrono::seconds> max_age, instant now);
    void failed() {
        in_flight_ = false;
        last_failed_ = true;
    }

    // When a fetch is due if nobody asks for an unknown key before.
    [[nodiscard]] instant next_fetch() const;
    [[nodiscard]] bool has_set() const { return set_ != nullptr; }

private:
    [[nodiscard]] bool may_fetch(instant now) const;

    std::shared_ptr<const key_set> set_;
    std::optional<instant> begun_;
    instant stale_at_{};
    bool in_flight_ = false;
    bool last_failed_ = false;
    bool wanted_ = false;  // somebody asked for a name that the set does not have
};

// Of a `Cache-Control` field: its max-age in seconds; nothing if it says none that can be read.
[[nodiscard]] std::optional<std::chrono::seconds> max_age_in(std::string_view cache_control);

}  // namespace billhook::api
