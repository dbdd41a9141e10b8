#include "schemas/io/stripe_api/client.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/stripe/redact.hpp"

#include <fmt/format.h>

namespace billhook::stripe {
namespace {

constexpr int first_refusal = 300;  // a redirect is one, too: it is not followed

std::string url_of(const std::string& base, const request& what) {
    std::string url = base + what.path;
    char between = '?';
    for (const auto& [name, value] : what.query) {
        url += between + percent_encoded(name) + '=' + percent_encoded(value);
        between = '&';
    }
    return url;
}

std::optional<instant> read_at(const exchanged& came) {
    if (!came.date) {
        return std::nullopt;
    }
    return *came.date - std::chrono::ceil<std::chrono::seconds>(came.took);
}

refusal refusal_of(const exchanged& came) {
    refusal why;
    why.status = came.status;
    why.request = came.request;
    const auto body = json::read(came.body);
    if (!body) {
        return why;
    }
    const json::value error = body->root().find("error");
    const auto word = [&](std::string_view name) {
        const auto text = error.find(name).as_string().value_or(std::string_view());
        return is_word(text) ? std::string(text) : std::string();
    };
    why.type = word("type");
    why.code = word("code");
    return why;
}

// What a call that did not end well was like.
struct setback {
    int status = 0;
    std::string why;
    bool retryable = false;
    std::optional<std::chrono::seconds> asked;
    bool unreadable = false;

    [[nodiscard]] std::string text() const {
        return status == 0 ? why : fmt::format("{}{}{}", status, why.empty() ? "" : " ", why);
    }
};

setback setback_of(const result<exchanged, exchange_fault>& came) {
    if (!came) {
        const bool too_large = came.error() == exchange_fault::too_large;
        return {0, std::string(to_word(came.error())), is_retryable(came.error()), {}, too_large};
    }
    return {came->status, came->rate_limited_reason, is_retryable(*came), came->retry_after};
}

}  // namespace

std::optional<bool> livemode_of(const secret& key) {
    const std::string& text = key.reveal();
    const std::string mode = text.size() < 8 ? "" : text.substr(2, 6);
    if (mode == "_live_") {
        return true;
    }
    return mode == "_test_" ? std::optional(false) : std::nullopt;
}

std::string to_text(const refusal& why) {
    const std::string& word = why.code.empty() ? why.type : why.code;
    return fmt::format(
        "{}{}{}{}",
        why.status,
        word.empty() ? "" : " " + word,
        why.request.empty() ? "" : " (" + why.request,
        why.request.empty() ? "" : ")"
    );
}

client::client(client_settings told, waiting wait)
    : told_(std::move(told)),
      exchange_(told_.bounds),
      wait_(std::move(wait)),
      random_(std::random_device{}()) {}

std::vector<std::string> client::headers_for(const request& what) const {
    std::vector<std::string> headers = {
        "Authorization: Bearer " + told_.key.reveal(),
        "Stripe-Version: " + std::string(asked_api_version),
        "Accept: application/json",
    };
    if (!what.account.empty()) {
        headers.push_back("Stripe-Account: " + what.account);
    }
    return headers;
}

result<reply, refusal> client::get(const request& what) {
    // An account comes out of an event: no line of a header may begin in it.
    if (!what.account.empty() && !is_word(what.account)) {
        return refusal{400, "invalid_request_error", "account_invalid", {}};
    }
    const std::string url = url_of(told_.base, what);
    const auto headers = headers_for(what);
    for (int attempt = 1;; ++attempt) {
        ++requests_;
        const auto came = exchange_.get(url, headers);
        setback why = setback_of(came);
        if (came && !why.retryable) {
            if (came->status >= first_refusal) {
                return refusal_of(*came);
            }
            if (auto body = json::read(came->body)) {
                return reply{*std::move(body), read_at(*came)};
            }
            why.why = "no JSON";
            why.retryable = why.unreadable = true;
        }
        const double jitter = std::uniform_real_distribution<>(0, 1)(random_);
        const auto pause = pause_after(attempt, why.asked, told_.retries, jitter);
        if (!why.retryable || !pause) {
            throw failure(
                fmt::format("Stripe, GET {}: {} after {} tries", what.path, why.text(), attempt),
                why.retryable,
                why.unreadable
            );
        }
        if (tell_) {
            tell_({attempt, *pause, why.status, why.why});
        }
        if (!wait_(*pause)) {
            throw failure(fmt::format("Stripe, GET {}: stopped while waiting", what.path), true);
        }
    }
}

}  // namespace billhook::stripe
