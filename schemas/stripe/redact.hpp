#pragma once

#include <string>
#include <string_view>

namespace billhook::stripe {

// Letters, digits and the few signs that Stripe's ids, types, codes, versions and times consist of,
// 1 to 255 of them; no "@", no space, no "://": neither an address nor a link nor prose is one.
[[nodiscard]] bool is_word(std::string_view text);

// What may be shown of a body, in any log, listing or dead letter: one line of JSON, by an
// allow-list (event id, type, created, livemode, API version, account; kind and id of the object;
// ids of its customer and subscription). Texts that do not look like Stripe's words, and those over
// 255 bytes, are left out. Of a body that cannot be read: {"unreadable":"syntax","bytes":12}.
[[nodiscard]] std::string redact(std::string_view body);

}  // namespace billhook::stripe
