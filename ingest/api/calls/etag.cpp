#include "ingest/api/calls/etag.hpp"

#include "schemas/types/sha256.hpp"

#include <cstddef>

namespace billhook::api {

namespace {

constexpr std::size_t etag_digits = 32;

}  // namespace

std::string etag_of(std::string_view text) {
    return '"' + sha256_hex(text).substr(0, etag_digits) + '"';
}

bool is_among(std::string_view if_none_match, std::string_view etag) {
    // Weak comparison (RFC 9110, 8.8.3.2): no quote stands within a tag, so the text is enough.
    return if_none_match == "*" || if_none_match.find(etag) != if_none_match.npos;
}

}  // namespace billhook::api
