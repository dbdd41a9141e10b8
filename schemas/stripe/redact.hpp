#pragma once

#include <string>
#include <string_view>

namespace billhook::stripe {

// What may be shown of a body, in any log, listing or dead letter: one line of JSON, by an
// allow-list (event id, type, created, livemode, API version, account; kind and id of the object;
// ids of its customer and subscription). Texts that do not look like Stripe's words, and those over
// 255 bytes, are left out. Of a body that cannot be read: {"unreadable":"syntax","bytes":12}.
[[nodiscard]] std::string redact(std::string_view body);

}  // namespace billhook::stripe
