#include "ingest/api/access/key_cache.hpp"

#include "ingest/http/message.hpp"
#include "schemas/types/assert.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace billhook::api {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trimmed(std::string_view text) {
    const auto first = std::min(text.find_first_not_of(blanks), text.size());
    return text.substr(first, text.find_last_not_of(blanks) + 1 - first);
}

}  // namespace

// A clock that was set back must not keep the keys from being fetched.
bool key_cache::may_fetch(instant now) const {
    return !in_flight_ && (!begun_ || now < *begun_ || now - *begun_ >= between_fetches);
}

found_key key_cache::find(std::string_view id, instant now) {
    const auto* const key = set_ ? set_->find(id) : nullptr;
    if (key != nullptr) {
        return {key_lookup::found, set_, key};
    }
    if (may_fetch(now)) {
        wanted_ = true;
    }
    const bool is_awaited = wanted_ || in_flight_ || last_failed_ || !set_;
    return {is_awaited ? key_lookup::awaited : key_lookup::unknown};
}

bool key_cache::begins_fetch(instant now) {
    if (!may_fetch(now) || (set_ && !wanted_ && now < stale_at_)) {
        return false;
    }
    in_flight_ = true;
    wanted_ = false;
    begun_ = now;
    return true;
}

void key_cache::fetched(key_set set, std::optional<std::chrono::seconds> max_age, instant now) {
    BILLHOOK_ASSERT(in_flight_);
    in_flight_ = false;
    last_failed_ = false;
    set_ = std::make_shared<const key_set>(std::move(set));
    stale_at_ = now + std::clamp(max_age.value_or(fresh_by_default), least_fresh, most_fresh);
}

instant key_cache::next_fetch() const {
    const instant earliest = begun_ ? *begun_ + between_fetches : instant{};
    return set_ ? std::max(stale_at_, earliest) : earliest;
}

std::optional<std::chrono::seconds> max_age_in(std::string_view cache_control) {
    constexpr std::string_view name = "max-age=";
    for (auto rest = cache_control; !rest.empty();) {
        const auto comma = std::min(rest.find(','), rest.size());
        const auto part = trimmed(rest.substr(0, comma));
        rest.remove_prefix(std::min(comma + 1, rest.size()));
        if (!http::equal_ignoring_case(part.substr(0, name.size()), name)) {
            continue;
        }
        const auto digits = part.substr(name.size());
        std::uint32_t seconds = 0;
        const auto [end, code] =
            std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
        const bool is_whole = code == std::errc{} && end == digits.data() + digits.size();
        return is_whole ? std::optional{std::chrono::seconds{seconds}} : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace billhook::api
