#pragma once

#include "worker/notifier/email.hpp"

namespace billhook {

// The whole message (RFC 5322, MIME) as SMTP's DATA takes it: CRLF line ends, ASCII alone, no line
// above 78 bytes but what cannot be broken, text and HTML as alternatives. No header can be added
// by anything in the e-mail. Dots at the beginnings of lines are not doubled: whoever sends does
// that. Pure.
[[nodiscard]] secret mime_message(const email& what, instant date);

}  // namespace billhook
