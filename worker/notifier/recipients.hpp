#pragma once

#include "schemas/messages/notice.hpp"
#include "schemas/types/result.hpp"
#include "worker/ledger/notice_claims.hpp"
#include "worker/notifier/email.hpp"

#include <optional>
#include <string_view>

namespace billhook {

// Why nobody can be written to: for good, with the outcome to record, or for now. `cause` is a word
// of the program's own.
struct no_recipient {
    std::optional<notice_outcome> outcome;  // nothing: the same may work later
    std::string_view cause;
};

// Port: who is to be told, and what may be paid where, at this moment. Blocks; one thread; throws
// for want of memory alone. The plan's name is left empty.
struct recipients {
    virtual ~recipients() = default;
    [[nodiscard]] virtual result<email_recipient, no_recipient> find(const notice& about) = 0;
};

}  // namespace billhook
