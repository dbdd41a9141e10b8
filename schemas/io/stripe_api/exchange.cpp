#include "schemas/io/stripe_api/exchange.hpp"

#include "schemas/stripe/redact.hpp"
#include "schemas/types/assert.hpp"

#include <algorithm>
#include <charconv>
#include <curl/curl.h>
#include <new>

namespace billhook::stripe {
namespace {

struct free_list {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
using header_lines = std::unique_ptr<curl_slist, free_list>;

// What the callbacks fill.
struct answer {
    exchanged* into = nullptr;
    std::size_t body_bytes = 0;
    bool too_large = false;
};

std::string lowered(std::string_view text) {
    std::string lower(text);
    std::transform(lower.begin(), lower.end(), lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(" \t\r\n");
    return first == text.npos ? std::string_view()
                              : text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

// Stripe's own words and ids; anything else is nothing to show.
std::string word(std::string_view value) {
    return is_word(value) ? std::string(value) : std::string();
}

void take_header(std::string_view name, std::string_view value, exchanged& into) {
    if (name == "date") {
        const std::time_t seconds = curl_getdate(std::string(value).c_str(), nullptr);
        if (seconds >= 0) {
            into.date = from_unix_seconds(seconds);
        }
    } else if (name == "retry-after") {
        std::int64_t seconds = 0;
        const char* const end = value.data() + value.size();
        const auto [stopped, code] = std::from_chars(value.data(), end, seconds);
        if (code == std::errc{} && stopped == end && seconds >= 0) {
            into.retry_after = std::chrono::seconds{seconds};
        }
    } else if (name == "stripe-should-retry" && (value == "true" || value == "false")) {
        into.should_retry = value == "true";
    } else if (name == "stripe-rate-limited-reason") {
        into.rate_limited_reason = word(value);
    } else if (name == "cache-control") {
        into.cache_control = value;
    } else if (name == "idempotent-replayed") {
        into.replayed = value == "true";
    } else if (name == "request-id") {
        into.request = word(value);
    }
}

std::size_t on_header(char* data, std::size_t size, std::size_t count, void* told) {
    auto& into = *static_cast<answer*>(told)->into;
    const std::string_view line(data, size * count);
    if (line.rfind("HTTP/", 0) == 0) {  // of an interim answer, or a proxy's, is nothing kept
        into = exchanged{};
    } else if (const auto colon = line.find(':'); colon != line.npos) {
        take_header(lowered(line.substr(0, colon)), trimmed(line.substr(colon + 1)), into);
    }
    return size * count;
}

std::size_t on_body(char* data, std::size_t size, std::size_t count, void* told) {
    auto& filled = *static_cast<answer*>(told);
    if (filled.into->body.size() + size * count > filled.body_bytes) {
        filled.too_large = true;
        return 0;
    }
    filled.into->body.append(data, size * count);
    return size * count;
}

exchange_fault fault_of(CURLcode code) {
    switch (code) {
        case CURLE_COULDNT_RESOLVE_HOST:
        case CURLE_COULDNT_RESOLVE_PROXY:
            return exchange_fault::unresolved;
        case CURLE_COULDNT_CONNECT:
            return exchange_fault::unreachable;
        case CURLE_PEER_FAILED_VERIFICATION:
        case CURLE_SSL_CACERT_BADFILE:
        case CURLE_SSL_ISSUER_ERROR:
            return exchange_fault::untrusted;
        case CURLE_OPERATION_TIMEDOUT:
            return exchange_fault::slow;
        case CURLE_FILESIZE_EXCEEDED:
            return exchange_fault::too_large;
        case CURLE_PARTIAL_FILE:
        case CURLE_GOT_NOTHING:
        case CURLE_SEND_ERROR:
        case CURLE_RECV_ERROR:
        case CURLE_SSL_CONNECT_ERROR:
        case CURLE_HTTP2:
        case CURLE_HTTP2_STREAM:
            return exchange_fault::cut;
        default:
            return exchange_fault::other;
    }
}

template <class Value>
void set(CURL* on, CURLoption option, Value value) {
    BILLHOOK_ASSERT(curl_easy_setopt(on, option, value) == CURLE_OK);
}

}  // namespace

struct exchange::handle {
    CURL* easy = nullptr;
    std::size_t body_bytes = 0;
    std::chrono::milliseconds whole{};
};

std::string_view to_word(exchange_fault why) {
    switch (why) {
        case exchange_fault::unresolved:
            return "unresolved";
        case exchange_fault::unreachable:
            return "unreachable";
        case exchange_fault::untrusted:
            return "untrusted";
        case exchange_fault::cut:
            return "cut";
        case exchange_fault::slow:
            return "slow";
        case exchange_fault::too_large:
            return "too_large";
        case exchange_fault::other:
            return "other";
    }
    return "other";
}

exchange::exchange(const exchange_bounds& bounds) : handle_(std::make_unique<handle>()) {
    static const CURLcode ready = curl_global_init(CURL_GLOBAL_DEFAULT);
    handle_->easy = ready == CURLE_OK ? curl_easy_init() : nullptr;
    if (handle_->easy == nullptr) {
        throw std::bad_alloc();
    }
    handle_->body_bytes = bounds.body_bytes;
    handle_->whole = bounds.whole;
    CURL* const easy = handle_->easy;
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_PATH_AS_IS, 1L);  // an id is no way to another place
    set(easy, CURLOPT_FOLLOWLOCATION, 0L);
    set(easy, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    set(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    set(easy, CURLOPT_NETRC, static_cast<long>(CURL_NETRC_IGNORED));
    // The tests' server; Stripe itself may well be behind a company's proxy.
    set(easy, CURLOPT_NOPROXY, "127.0.0.1,localhost,::1");
    set(easy, CURLOPT_USERAGENT, "billhook");
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(bounds.connect.count()));
    set(easy, CURLOPT_MAXFILESIZE_LARGE, static_cast<curl_off_t>(bounds.body_bytes));
    set(easy, CURLOPT_HEADERFUNCTION, &on_header);
    set(easy, CURLOPT_WRITEFUNCTION, &on_body);
}

exchange::~exchange() {
    curl_easy_cleanup(handle_->easy);
}

result<exchanged, exchange_fault> exchange::send(const outgoing& what) {
    header_lines lines;
    for (const std::string& each : what.headers) {
        curl_slist* const longer = curl_slist_append(lines.get(), each.c_str());
        if (longer == nullptr) {
            throw std::bad_alloc();
        }
        static_cast<void>(lines.release());
        lines.reset(longer);
    }
    exchanged came;
    answer filled{&came, handle_->body_bytes};
    CURL* const easy = handle_->easy;
    set(easy, CURLOPT_URL, what.url.c_str());
    const auto whole = std::min(handle_->whole, what.within.value_or(handle_->whole));
    set(easy, CURLOPT_TIMEOUT_MS, static_cast<long>(std::max<std::int64_t>(whole.count(), 1)));
    if (what.form) {
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(what.form->size()));
        set(easy, CURLOPT_POSTFIELDS, what.form->c_str());
    } else {
        set(easy, CURLOPT_HTTPGET, 1L);
    }
    set(easy, CURLOPT_CUSTOMREQUEST, what.removes ? "DELETE" : static_cast<const char*>(nullptr));
    set(easy, CURLOPT_HTTPHEADER, lines.get());
    set(easy, CURLOPT_HEADERDATA, &filled);
    set(easy, CURLOPT_WRITEDATA, &filled);
    const auto asked = std::chrono::steady_clock::now();
    const CURLcode code = curl_easy_perform(easy);
    came.took =
        std::chrono::ceil<std::chrono::milliseconds>(std::chrono::steady_clock::now() - asked);
    if (code != CURLE_OK) {
        return filled.too_large ? exchange_fault::too_large : fault_of(code);
    }
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    came.status = static_cast<int>(status);
    return came;
}

std::string percent_encoded(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    std::string encoded;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
                           (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) {
            encoded += c;
        } else {
            const auto byte = static_cast<unsigned char>(c);
            encoded += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
        }
    }
    return encoded;
}

}  // namespace billhook::stripe
