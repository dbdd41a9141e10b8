#include "ingest/webhook/svix_signature.hpp"

#include "schemas/types/assert.hpp"
#include "schemas/types/base64.hpp"

#include <algorithm>
#include <array>
#include <string>

namespace billhook {
namespace {

constexpr std::size_t longest_id = 255;

std::optional<svix_fields> fields_named(
    const http::fields& all,
    std::string_view id,
    std::string_view timestamp,
    std::string_view signature
) {
    for (const std::string_view name : {id, timestamp, signature}) {
        if (all.count(name) != 1) {
            return std::nullopt;
        }
    }
    return svix_fields{*all.first(id), *all.first(timestamp), *all.first(signature)};
}

bool is_id(std::string_view text) {
    return !text.empty() && text.size() <= longest_id &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return c > ' ' && c < '\x7f' && c != '.';
           });
}

struct signature_list {
    std::array<digest, most_signatures> v1{};
    std::size_t count = 0;
};

// False if it is outside the grammar.
bool read_item(std::string_view item, signature_list& into) {
    const auto comma = item.find(',');
    if (comma == item.npos || comma == 0) {
        return false;
    }
    if (item.substr(0, comma) != "v1") {
        return true;
    }
    const auto bytes = from_base64(item.substr(comma + 1));
    if (!bytes || bytes->size() != sizeof(digest) || into.count == most_signatures) {
        return false;
    }
    std::copy(bytes->begin(), bytes->end(), into.v1[into.count++].begin());
    return true;
}

std::optional<signature_list> list_in(std::string_view text) {
    signature_list found;
    if (text.size() > signature_header_limit) {
        return std::nullopt;
    }
    for (std::size_t from = 0; from <= text.size();) {
        const auto end = std::min(text.find(' ', from), text.size());
        if (!read_item(text.substr(from, end - from), found)) {
            return std::nullopt;
        }
        from = end + 1;
    }
    return found.count == 0 ? std::nullopt : std::optional{found};
}

}  // namespace

std::optional<svix_fields> svix_fields_in(const http::fields& all) {
    return all.count("svix-id") != 0
               ? fields_named(all, "svix-id", "svix-timestamp", "svix-signature")
               : fields_named(all, "webhook-id", "webhook-timestamp", "webhook-signature");
}

std::optional<signature_refusal> refuses_svix_header(
    const svix_fields& header,
    std::chrono::seconds tolerance,
    instant now
) {
    const auto seconds = signed_seconds(header.timestamp);
    if (!is_id(header.id) || !seconds || !list_in(header.signature)) {
        return signature_refusal::malformed;
    }
    return is_within(*seconds, now, tolerance)
               ? std::nullopt
               : std::optional{signature_refusal::outside_tolerance};
}

result<std::size_t, signature_refusal> verify_svix(
    const svix_fields& header,
    std::string_view body,
    std::span<const endpoint_secret> secrets,
    std::chrono::seconds tolerance,
    instant now
) {
    const auto seconds = signed_seconds(header.timestamp);
    const auto list = list_in(header.signature);
    if (!is_id(header.id) || !seconds || !list) {
        return signature_refusal::malformed;
    }
    const std::string before = std::string(header.id).append(".").append(header.timestamp);
    const std::span claimed(list->v1.data(), list->count);
    return secret_that_made({before, *seconds, claimed}, body, secrets, tolerance, now);
}

signing_key svix_key_of(const secret& value) {
    constexpr std::string_view prefix = "whsec_";
    std::string_view text = value.reveal();
    if (text.starts_with(prefix)) {
        text.remove_prefix(prefix.size());
    }
    auto key = from_base64(text);
    BILLHOOK_ASSERT(key && !key->empty());
    return signing_key(secret(std::move(*key)));
}

}  // namespace billhook
