#pragma once

#include "worker/notifier/mailer.hpp"

#include <cstdint>
#include <string_view>

namespace billhook {

// How far a conversation with a mail server came: the last thing that we said.
enum class smtp_stage : std::uint8_t {
    before,     // nothing yet, or greeting, TLS and login
    sender,     // MAIL FROM
    recipient,  // RCPT TO
    data,       // DATA; its body is under way
    sent,       // all of the body, and the end mark may have gone out, too
};

// The stage after a line that we sent, whichever case it is written in.
[[nodiscard]] smtp_stage stage_after(smtp_stage before, std::string_view line);

// What it means that the conversation ended at `stage`: `went_well` is libcurl's word that all
// replies were as they should be, `code` the last reply's (0: none; 354 asks for the body). Only an
// answer to the whole body can settle what became of it, and a refusal counts for good only where
// it is about the recipient or the message, not about us.
[[nodiscard]] mailed meaning_of(smtp_stage stage, bool went_well, long code);

}  // namespace billhook
