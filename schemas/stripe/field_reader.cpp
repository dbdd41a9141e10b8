#include "schemas/stripe/field_reader.hpp"

namespace billhook::stripe {

namespace {

// The last second of the year 9999: milliseconds taken for seconds lie far beyond it.
constexpr std::int64_t last_second = 253'402'300'799;

}  // namespace

bool is_usable(std::string_view text) {
    constexpr std::string_view replacement = "\xef\xbf\xbd";
    return text.size() <= max_id_bytes && text.find(replacement) == std::string_view::npos;
}

std::string_view id_text(json::value reference) {
    const json::value id = reference.is_object() ? reference.find("id") : reference;
    return id.as_string().value_or(std::string_view());
}

json::value at_path(json::value from, std::initializer_list<std::string_view> path) {
    for (const std::string_view key : path) {
        if (from.is_null()) {
            return from;
        }
        from = from.find(key);
    }
    return from;
}

void field_reader::blame(parse_error why) {
    if (!fault_) {
        fault_ = why;
    }
}

std::optional<instant> field_reader::time(json::value field) {
    const auto seconds = integer(field);
    if (!seconds) {
        return std::nullopt;
    }
    if (*seconds < 0 || *seconds > last_second) {
        blame(parse_error::bad_value);
        return std::nullopt;
    }
    return from_unix_seconds(*seconds);
}

std::optional<std::int64_t> field_reader::integer(json::value field) {
    const auto number = field.as_int64();
    if (!number && !field.is_nothing()) {
        blame(parse_error::bad_value);
    }
    return number;
}

std::optional<std::string> field_reader::text(json::value field) {
    const auto text = field.as_string();
    if (text && is_usable(*text)) {
        return std::string(*text);
    }
    if (!field.is_nothing()) {
        blame(parse_error::bad_value);
    }
    return std::nullopt;
}

bool field_reader::flag(json::value field) {
    const auto truth = field.as_bool();
    if (!truth && !field.is_nothing()) {
        blame(parse_error::bad_value);
    }
    return truth.value_or(false);
}

std::optional<organization_id> field_reader::organization(json::value field) {
    const auto text = field.as_string();
    if (!text || text->empty() || !is_usable(*text)) {
        return std::nullopt;
    }
    return organization_id(std::string(*text));
}

std::string field_reader::scoped(std::string_view id) const {
    std::string text;
    text.reserve(account_.size() + 1 + id.size());
    if (!account_.empty()) {
        text.append(account_).append(1, '/');
    }
    return text.append(id);
}

std::string_view field_reader::id(json::value field) {
    if (field.is_nothing() || field.as_string() == std::string_view()) {
        return {};
    }
    const std::string_view text = id_text(field);
    if (text.empty() || !is_usable(text)) {
        blame(parse_error::bad_value);
        return {};
    }
    return text;
}

}  // namespace billhook::stripe
