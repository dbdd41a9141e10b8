#include "ingest/api/calls/target.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <charconv>
#include <vector>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

constexpr route rows[] = {
    {call_kind::standing,      "standing", "GET",    "/v1/organizations/{org}/standing",      "after",                 "GET" },
    {call_kind::can,           "can",      "GET",    "/v1/organizations/{org}/can/{feature}", "after",                 "GET" },
    {call_kind::plans,         "plans",    "GET",    "/v1/plans",                             "after",                 "GET" },
    {call_kind::openapi,       "openapi",  "GET",    "/openapi.json",                         "",                      "GET" },
    {call_kind::customer,      "customer", "POST",   "/v1/organizations/{org}/customer",      "after",                 "POST"},
    {call_kind::portal,
     "portal",                             "GET",
     "/v1/organizations/{org}/portal",                                                        "flow return_url after",
     "GET"                                                                                                                   },
    {call_kind::open_invoices,
     "open_invoices",                      "GET",
     "/v1/organizations/{org}/invoices/open",                                                 "after",
     "GET"                                                                                                                   },
    {call_kind::subscribe,
     "subscribe",                          "POST",
     "/v1/organizations/{org}/subscription",                                                  "after",
     "POST, PATCH, DELETE"                                                                                                   },
    {call_kind::checkout,      "checkout", "POST",   "/v1/organizations/{org}/checkout",      "after",                 "POST"},
    {call_kind::preview,
     "preview",                            "POST",
     "/v1/organizations/{org}/subscription/preview",                                          "after",
     "POST"                                                                                                                  },
    {call_kind::change,
     "change",                             "PATCH",
     "/v1/organizations/{org}/subscription",                                                  "after",
     "POST, PATCH, DELETE"                                                                                                   },
    {call_kind::cancel,
     "cancel",                             "DELETE",
     "/v1/organizations/{org}/subscription",                                                  "when after",
     "POST, PATCH, DELETE"                                                                                                   },
    {call_kind::resume,        "resume",   "POST",   "/v1/organizations/{org}/resume",        "after",                 "POST"},
};

constexpr std::size_t longest_part = 255;     // bytes, as ids in the log
constexpr std::size_t longest_value = 2'048;  // of the query: a URL

std::vector<std::string_view> split(std::string_view text, char by) {
    std::vector<std::string_view> parts;
    for (std::size_t at = 0;;) {
        const auto next = text.find(by, at);
        parts.push_back(text.substr(at, next == text.npos ? text.npos : next - at));
        if (next == text.npos) {
            return parts;
        }
        at = next + 1;
    }
}

std::optional<std::string> decoded(std::string_view text, std::size_t longest) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        unsigned byte = static_cast<unsigned char>(text[at]);
        if (text[at] == '%') {
            const auto digits = text.substr(at + 1, 2);
            const char* const end = digits.data() + digits.size();
            const auto [stopped, code] = std::from_chars(digits.data(), end, byte, 16);
            if (digits.size() != 2 || code != std::errc{} || stopped != end) {
                return std::nullopt;
            }
            at += 2;
        }
        if (byte < ' ' || byte == 0x7F) {
            return std::nullopt;
        }
        plain += static_cast<char>(byte);
    }
    return plain.empty() || plain.size() > longest ? std::nullopt : std::optional{plain};
}

bool fits(const route& pattern, std::string_view path, call& into) {
    const auto wanted = split(pattern.path, '/');
    const auto parts = split(path, '/');
    if (wanted.size() != parts.size()) {
        return false;
    }
    for (std::size_t at = 0; at < parts.size(); ++at) {
        if (wanted[at].empty() || wanted[at].front() != '{') {
            if (wanted[at] != parts[at]) {
                return false;
            }
            continue;
        }
        const auto part = decoded(parts[at], longest_part);
        if (!part) {
            return false;
        }
        if (wanted[at] == "{org}") {
            into.organization = organization_id{*part};
        } else {
            into.name = *part;
        }
    }
    into.kind = pattern.kind;
    return true;
}

bool take_query(const route& of, std::string_view query, call& into) {
    const auto known = split(of.parameters, ' ');
    for (const auto each : split(query, '&')) {
        const auto equals = each.find('=');
        const auto name = each.substr(0, equals);
        const auto value =
            equals == each.npos ? std::nullopt : decoded(each.substr(equals + 1), longest_value);
        const bool is_known = std::find(known.begin(), known.end(), name) != known.end();
        if (!value || !is_known || !into.query.emplace(name, *value).second) {
            return false;
        }
    }
    return true;
}

template <class Number>
std::optional<Number> number_from(std::string_view text) {
    Number number = 0;
    const char* const end = text.data() + text.size();
    const auto [stopped, code] = std::from_chars(text.data(), end, number);
    const bool whole = code == std::errc{} && stopped == end && number >= 0 && text[0] != '-';
    return whole ? std::optional{number} : std::nullopt;
}

}  // namespace

std::span<const route> routes() {
    return rows;
}

std::string_view to_word(call_kind kind) {
    for (const route& each : rows) {
        if (each.kind == kind) {
            return each.word;
        }
    }
    BILLHOOK_ASSERT(false && "a call_kind without a row");
}

std::string to_text(const log_position& at) {
    return std::to_string(at.partition) + ':' + std::to_string(at.offset);
}

std::optional<std::string> to_text(const std::optional<log_position>& at) {
    return at ? std::optional{to_text(*at)} : std::nullopt;
}

std::optional<log_position> log_position_from(std::string_view text) {
    const auto colon = text.find(':');
    if (colon == text.npos || colon == 0 || colon + 1 == text.size()) {
        return std::nullopt;
    }
    const auto partition = number_from<std::int32_t>(text.substr(0, colon));
    const auto offset = number_from<std::int64_t>(text.substr(colon + 1));
    return partition && offset ? std::optional{log_position{*partition, *offset}} : std::nullopt;
}

result<std::optional<log_position>, problem> call::after() const {
    const auto given = query.find("after");
    if (given == query.end()) {
        return std::optional<log_position>{};
    }
    const auto at = log_position_from(given->second);
    if (!at) {
        return problem{problem_code::bad_parameter};
    }
    return at;
}

result<call, problem> call_of(std::string_view method, std::string_view target) {
    const auto mark = target.find('?');
    const auto path = target.substr(0, mark);
    std::string_view allowed;
    for (const route& each : rows) {
        call found;
        if (!fits(each, path, found)) {
            continue;
        }
        if (each.method != method) {
            allowed = each.allow;
            continue;
        }
        if (mark != target.npos && !take_query(each, target.substr(mark + 1), found)) {
            return problem{problem_code::bad_parameter};
        }
        return found;
    }
    return allowed.empty() ? problem{problem_code::not_found}
                           : problem{problem_code::method_not_allowed, allowed};
}

}  // namespace billhook::api
