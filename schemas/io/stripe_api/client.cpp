#include "schemas/io/stripe_api/client.hpp"

#include "schemas/json/reader.hpp"
#include "schemas/stripe/redact.hpp"
#include "schemas/types/assert.hpp"

#include <algorithm>
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
    why.decline = word("decline_code");
    return why;
}

// What a call that did not end well was like.
struct setback {
    int status = 0;
    std::string why;
    bool retryable = false;
    std::optional<std::chrono::seconds> asked;
    bool unreadable = false;
    bool in_use = false;  // somebody else's request with our key is under way

    [[nodiscard]] std::string text() const {
        return status == 0 ? why : fmt::format("{}{}{}", status, why.empty() ? "" : " ", why);
    }
};

setback setback_of(const result<exchanged, exchange_fault>& came, bool writes) {
    setback why;
    if (!came) {
        why.why = to_word(came.error());
        why.retryable = is_retryable(came.error());
        why.unreadable = came.error() == exchange_fault::too_large;
        return why;
    }
    why.status = came->status;
    why.why = came->rate_limited_reason;
    why.asked = came->retry_after;
    if (writes && came->status >= first_refusal) {
        const auto code = refusal_of(*came).code;
        why.in_use = came->status == 409 && code == "idempotency_key_in_use";
        why.retryable = may_write_again(*came, code);
    } else {
        why.retryable = is_retryable(*came);
    }
    return why;
}

std::string form_of(const parameters& fields) {
    std::string form;
    for (const auto& [name, value] : fields) {
        form += (form.empty() ? "" : "&") + percent_encoded(name) + '=' + percent_encoded(value);
    }
    return form;
}

// Nothing: there is no end.
std::optional<std::chrono::milliseconds> left_until(std::chrono::steady_clock::time_point until) {
    using std::chrono::milliseconds;
    using std::chrono::steady_clock;
    if (until == steady_clock::time_point::max()) {
        return std::nullopt;
    }
    return std::max(std::chrono::ceil<milliseconds>(until - steady_clock::now()), milliseconds{0});
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

std::vector<std::string> client::headers_for(const std::string& account) const {
    std::vector<std::string> headers = {
        "Authorization: Bearer " + told_.key.reveal(),
        "Stripe-Version: " + std::string(asked_api_version),
        "Accept: application/json",
    };
    if (!account.empty()) {
        headers.push_back("Stripe-Account: " + account);
    }
    return headers;
}

result<reply, refusal> client::get(const request& what) {
    return get(what, std::chrono::steady_clock::time_point::max());
}

result<reply, refusal> client::get(
    const request& what,
    std::chrono::steady_clock::time_point until
) {
    // An account comes out of an event: no line of a header may begin in it.
    if (!what.account.empty() && !is_word(what.account)) {
        return refusal{400, "invalid_request_error", "account_invalid", {}, {}};
    }
    return ask({url_of(told_.base, what), headers_for(what.account), {}, {}}, what.path, until);
}

result<reply, refusal> client::remove(
    const request& what,
    std::chrono::steady_clock::time_point until
) {
    outgoing sent{url_of(told_.base, what), headers_for({}), {}, {}};
    sent.removes = true;
    return ask(std::move(sent), what.path, until);
}

result<reply, refusal> client::post(const writing& what) {
    BILLHOOK_ASSERT(is_word(what.key));
    outgoing sent{told_.base + what.path, headers_for({}), form_of(what.form), {}};
    sent.headers.push_back("Idempotency-Key: " + what.key);
    return ask(std::move(sent), what.path, what.until);
}

result<reply, refusal> client::ask(
    outgoing what,
    const std::string& path,
    std::chrono::steady_clock::time_point until
) {
    const bool writes = what.form.has_value();
    const auto give_up = [&](const std::string& why, bool retryable, bool unreadable) {
        const char* const method = writes ? "POST" : what.removes ? "DELETE" : "GET";
        return failure(fmt::format("Stripe, {} {}: {}", method, path, why), retryable, unreadable);
    };
    for (int attempt = 1;; ++attempt) {
        what.within = left_until(until);
        if (what.within && what.within->count() == 0) {
            throw give_up("no time is left", true, false);
        }
        ++requests_;
        const auto came = exchange_.send(what);
        setback why = setback_of(came, writes);
        if (came && !why.retryable) {
            if (came->status >= first_refusal) {
                return refusal_of(*came);
            }
            if (auto body = json::read(came->body)) {
                return reply{*std::move(body), read_at(*came), came->replayed, came->request};
            }
            why.why = "no JSON";
            why.retryable = why.unreadable = true;
        }
        const double jitter = std::uniform_real_distribution<>(0, 1)(random_);
        attempt -= why.in_use ? 1 : 0;  // that one ends, and then ours is answered
        const auto pause = pause_after(std::max(attempt, 1), why.asked, told_.retries, jitter);
        const auto left = left_until(until);
        if (!why.retryable || !pause || (left && *pause >= *left)) {
            throw give_up(
                fmt::format("{} after {} tries", why.text(), attempt), why.retryable, why.unreadable
            );
        }
        if (tell_) {
            tell_({attempt, *pause, why.status, why.why});
        }
        if (!wait_(*pause)) {
            throw give_up("stopped while waiting", true, false);
        }
    }
}

}  // namespace billhook::stripe
