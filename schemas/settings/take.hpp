#pragma once

#include "schemas/settings/keys.hpp"

#include <concepts>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

// From the text of a setting to its field. Each says what the text must be if it is not that, never
// the text itself; the field is untouched then. For keys.cpp and read_settings.cpp alone.
namespace billhook::settings_text {

using wrong = std::optional<std::string>;

[[nodiscard]] wrong take(std::string_view text, const key& row, std::string& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, secret& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, bool& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, std::int64_t& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, std::chrono::seconds& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, std::chrono::milliseconds& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, listen_address& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, log_level& into);
[[nodiscard]] wrong take(std::string_view text, const key& row, log_format& into);

template <std::integral Number>
[[nodiscard]] wrong take(std::string_view text, const key& row, Number& into) {
    std::int64_t number = 0;
    const wrong why = take(text, row, number);
    into = why ? into : static_cast<Number>(number);
    return why;
}

// "host:port" of each, separated by commas.
[[nodiscard]] wrong take_brokers(std::string_view text, const key& row, std::string& into);
// A libpq URL, or "key=value ...".
[[nodiscard]] wrong take_database_url(std::string_view text, const key& row, secret& into);
// Stripe's secret or restricted key: never a publishable one.
[[nodiscard]] wrong take_stripe_key(std::string_view text, const key& row, secret& into);
// Stripe's own host, or a server of this machine: a key must not go anywhere else.
[[nodiscard]] wrong take_stripe_base(std::string_view text, const key& row, std::string& into);
// Several with commas between, none of them empty; no text: none.
[[nodiscard]] wrong take(std::string_view text, const key& row, std::vector<std::string>& into);
// "https://host/path", or for tests "http://127.0.0.1:port/path": the host's name is verified.
[[nodiscard]] wrong take_https_url(std::string_view text, const key& row, std::string& into);
// Clerk's "whsec_" and the base64 of 24 to 64 bytes.
[[nodiscard]] wrong wrong_with_clerk_secret(std::string_view text);
// What signs webhooks: at least 24 bytes, nothing blank, not an example's placeholder.
[[nodiscard]] wrong wrong_with_webhook_secret(std::string_view text);

}  // namespace billhook::settings_text
