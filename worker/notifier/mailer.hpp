#pragma once

#include "worker/notifier/email.hpp"

#include <cstdint>
#include <string_view>

namespace billhook {

// What became of an e-mail that was handed to a mail server.
enum class mailed : std::uint8_t {
    accepted,           // the server has taken it over
    recipient_refused,  // for good: no such mailbox there
    message_refused,    // for good: its size, its content
    not_now,            // certainly not taken; the same may work later
    unavailable,        // certainly not taken: the server, its certificate, our login, our sender
    in_doubt,           // all of it was sent and no answer came: taken, or not
};
[[nodiscard]] std::string_view to_word(mailed how);

// Port: a mail server. Blocks; one thread. What it may answer are values; it throws for want of
// memory alone.
struct mailer {
    virtual ~mailer() = default;
    [[nodiscard]] virtual mailed send(const email& what) = 0;
};

}  // namespace billhook
