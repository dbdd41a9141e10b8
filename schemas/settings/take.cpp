#include "schemas/settings/take.hpp"

#include "schemas/types/base64.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

namespace billhook::settings_text {
namespace {

constexpr std::size_t least_secret_bytes = 24;
constexpr std::size_t least_stripe_key_bytes = 16;

std::optional<std::int64_t> number_in(std::string_view text) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, number);
    return code == std::errc{} && stopped == end ? std::optional{number} : std::nullopt;
}

bool has_control(std::string_view text) {
    return std::any_of(text.begin(), text.end(), [](char c) {
        return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
    });
}

bool has_blank(std::string_view text) {
    return text.find(' ') != text.npos || has_control(text);
}

std::vector<std::string_view> split(std::string_view text, char at) {
    std::vector<std::string_view> parts;
    for (std::size_t from = 0; from <= text.size();) {
        const std::size_t end = std::min(text.find(at, from), text.size());
        parts.push_back(text.substr(from, end - from));
        from = end + 1;
    }
    return parts;
}

// Host and port; the host of "[::1]:80" is ::1.
std::optional<listen_address> address_in(std::string_view text) {
    const auto colon = text.rfind(':');
    if (colon == text.npos) {
        return std::nullopt;
    }
    std::string_view host = text.substr(0, colon);
    if (host.size() > 2 && host.front() == '[' && host.back() == ']') {
        host = host.substr(1, host.size() - 2);
    } else if (host.find(':') != host.npos) {
        return std::nullopt;
    }
    const auto port = number_in(text.substr(colon + 1));
    if (host.empty() || has_blank(host) || !port || *port < 0 || *port > 65'535) {
        return std::nullopt;
    }
    return listen_address{std::string(host), static_cast<std::uint16_t>(*port)};
}

// The value of `word` in a table of words; says which there are.
template <class Value, std::size_t N>
wrong take_word(
    std::string_view word,
    const std::array<std::pair<std::string_view, Value>, N>& words,
    const key& row,
    Value& into
) {
    const auto found = std::find_if(words.begin(), words.end(), [&](const auto& each) {
        return each.first == word;
    });
    if (found == words.end()) {
        return fmt::format("must be one of: {}", row.rule.words);
    }
    into = found->second;
    return std::nullopt;
}

std::string lower(std::string_view text) {
    std::string out(text);
    std::transform(out.begin(), out.end(), out.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return out;
}

// "whsec_xxxxxxxx...", "whsec_........": what examples show in the place of a secret.
bool is_placeholder(std::string_view text) {
    const std::string word = lower(text);
    for (const std::string_view part :
         {"...", "your_", "your-", "changeme", "change_me", "placeholder", "<", "{", "$"}) {
        if (word.find(part) != word.npos) {
            return true;
        }
    }
    const std::string_view rest =
        word.rfind("whsec_", 0) == 0 ? std::string_view(word).substr(6) : std::string_view(word);
    return std::all_of(rest.begin(), rest.end(), [&](char c) { return c == rest.front(); });
}

}  // namespace

wrong take(std::string_view text, const key& row, std::string& into) {
    if (text.empty()) {
        into = row.standard.empty() ? std::string() : into;
        return row.standard.empty() ? std::nullopt : wrong("must not be empty");
    }
    if (has_control(text)) {
        return "must be one line without control characters";
    }
    if (!row.rule.words.empty()) {
        const auto words = split(row.rule.words, ' ');
        if (std::find(words.begin(), words.end(), text) == words.end()) {
            return fmt::format("must be one of: {}", row.rule.words);
        }
    }
    into = text;
    return std::nullopt;
}

wrong take(std::string_view text, const key&, secret& into) {
    if (text.empty() || has_control(text)) {
        return "must be one line that is not empty";
    }
    into = secret(std::string(text));
    return std::nullopt;
}

wrong take(std::string_view text, const key&, bool& into) {
    if (text != "true" && text != "false") {
        return "must be true or false";
    }
    into = text == "true";
    return std::nullopt;
}

wrong take(std::string_view text, const key& row, std::int64_t& into) {
    const auto number = number_in(text);
    if (!number || *number < row.rule.least || *number > row.rule.most) {
        return fmt::format("must be a whole number from {} to {}", row.rule.least, row.rule.most);
    }
    into = *number;
    return std::nullopt;
}

wrong take(std::string_view text, const key& row, std::chrono::seconds& into) {
    const auto span = duration_from(text);
    if (!span || span->count() < row.rule.least || span->count() > row.rule.most) {
        return fmt::format(
            "must be a whole number with a unit, like \"{}\", from {} to {}",
            row.standard,
            to_text(std::chrono::seconds{row.rule.least}),
            to_text(std::chrono::seconds{row.rule.most})
        );
    }
    into = *span;
    return std::nullopt;
}

wrong take(std::string_view text, const key& row, std::chrono::milliseconds& into) {
    std::int64_t number = 0;
    const wrong why = take(text, row, number);
    into = why ? into : std::chrono::milliseconds{number};
    return why;
}

wrong take(std::string_view text, const key& row, listen_address& into) {
    const auto address = address_in(text);
    if (!address) {
        return fmt::format(
            "must be an address and a port, like \"{}\" or \"[::1]:8080\"",
            row.standard.empty() ? "mail.example.com:587" : row.standard
        );
    }
    into = *address;
    return std::nullopt;
}

wrong take(std::string_view text, const key& row, log_level& into) {
    static constexpr std::array<std::pair<std::string_view, log_level>, 4> words{
        {
         {"debug", log_level::debug},
         {"info", log_level::info},
         {"warning", log_level::warning},
         {"error", log_level::error},
         }
    };
    return take_word(text, words, row, into);
}

wrong take(std::string_view text, const key& row, log_format& into) {
    static constexpr std::array<std::pair<std::string_view, log_format>, 2> words{
        {
         {"text", log_format::text},
         {"json", log_format::json},
         }
    };
    return take_word(text, words, row, into);
}

wrong take_brokers(std::string_view text, const key&, std::string& into) {
    for (const std::string_view part : split(text, ',')) {
        const auto address = address_in(part);
        if (!address || address->port == 0 || part.find('/') != part.npos) {
            return "must be host:port, several separated by commas without blanks";
        }
    }
    into = text;
    return std::nullopt;
}

wrong take_database_url(std::string_view text, const key&, secret& into) {
    const bool is_url = text.rfind("postgresql://", 0) == 0 || text.rfind("postgres://", 0) == 0;
    const bool is_list = text.find("://") == text.npos && text.find('=') != text.npos;
    if (has_control(text) || (is_url ? has_blank(text) : !is_list)) {
        return "must be like postgresql://user:password@host:5432/database";
    }
    into = secret(std::string(text));
    return std::nullopt;
}

wrong take_stripe_key(std::string_view text, const key&, secret& into) {
    const bool is_key = text.rfind("sk_", 0) == 0 || text.rfind("rk_", 0) == 0;
    if (!is_key || text.size() < least_stripe_key_bytes || has_control(text) || has_blank(text)) {
        return "must be a secret (sk_...) or restricted (rk_...) key of Stripe's, whole";
    }
    into = secret(std::string(text));
    return std::nullopt;
}

wrong take_stripe_base(std::string_view text, const key& row, std::string& into) {
    const auto scheme_end = text.find("://");
    const auto scheme = text.substr(0, scheme_end);
    const bool is_http = scheme_end != text.npos && (scheme == "http" || scheme == "https");
    const auto address = is_http ? text.substr(scheme_end + 3) : std::string_view();
    const auto colon = address.rfind(':');
    const auto host = address.substr(0, colon);
    const auto port = colon == address.npos ? std::string_view() : address.substr(colon + 1);
    const bool is_port =
        !port.empty() && port.size() <= 5 && port.find_first_not_of("0123456789") == port.npos;
    const bool is_here = host == "127.0.0.1" || host == "localhost" || host == "[::1]";
    if (text != row.standard && !(is_here && is_port)) {
        return fmt::format("must be {}, or for tests like http://127.0.0.1:12111", row.standard);
    }
    into = text;
    return std::nullopt;
}

wrong take(std::string_view text, const key&, std::vector<std::string>& into) {
    if (text.empty()) {
        into.clear();
        return std::nullopt;
    }
    std::vector<std::string> words;
    for (const std::string_view part : split(text, ',')) {
        if (part.empty() || has_blank(part)) {
            return "must be texts with commas between, without blanks";
        }
        words.emplace_back(part);
    }
    into = std::move(words);
    return std::nullopt;
}

wrong take_https_url(std::string_view text, const key&, std::string& into) {
    const auto scheme_end = text.find("://");
    const auto rest = scheme_end == text.npos ? std::string_view() : text.substr(scheme_end + 3);
    const auto host = rest.substr(0, rest.rfind("[::1]", 0) == 0 ? 5 : rest.find_first_of(":/"));
    const bool is_safe = text.rfind("https://", 0) == 0 ||
                         (text.rfind("http://", 0) == 0 &&
                          (host == "127.0.0.1" || host == "localhost" || host == "[::1]"));
    if (!text.empty() &&
        (!is_safe || host.empty() || has_blank(text) || text.find_first_of("@?#\\") != text.npos)) {
        return "must be like https://clerk.example.com, without a user or a query";
    }
    into = text;
    return std::nullopt;
}

wrong wrong_with_clerk_secret(std::string_view text) {
    constexpr std::string_view prefix = "whsec_";
    const auto key = from_base64(text.rfind(prefix, 0) == 0 ? text.substr(prefix.size()) : text);
    if (is_placeholder(text) || !key || key->size() < 24 || key->size() > 64) {
        return "is no signing secret of Clerk's endpoint: whsec_ and base64 of 24 to 64 bytes";
    }
    return std::nullopt;
}

wrong wrong_with_webhook_secret(std::string_view text) {
    if (text.empty()) {
        return "is empty; take the endpoint's signing secret (whsec_...) from Stripe";
    }
    if (std::any_of(text.begin(), text.end(), [](char c) {
            const auto byte = static_cast<unsigned char>(c);
            return byte <= 0x20 || byte >= 0x7f;
        })) {
        return "has blanks or characters that no secret has; copy it again";
    }
    if (text.starts_with("sk_") || text.starts_with("rk_") || text.starts_with("pk_")) {
        return "is a key of Stripe's API; take the endpoint's signing secret (whsec_...)";
    }
    if (is_placeholder(text)) {
        return "is a placeholder; take the endpoint's signing secret (whsec_...) from Stripe";
    }
    if (text.size() < least_secret_bytes) {
        return fmt::format("is shorter than {} bytes; it was cut, or is none", least_secret_bytes);
    }
    return std::nullopt;
}

}  // namespace billhook::settings_text
