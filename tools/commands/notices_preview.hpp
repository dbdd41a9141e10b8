#pragma once

#include "schemas/messages/notice.hpp"
#include "schemas/settings/settings.hpp"
#include "worker/notifier/email.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

// How the e-mails look: for `billhook notices preview`. Pure.
namespace billhook {

// The kind of that name, all for an empty one, none for any other.
[[nodiscard]] std::vector<notice_kind> preview_kinds(std::string_view name);
// The sender of the settings; where they leave something open, an example's.
[[nodiscard]] email_sender preview_sender(const settings& told);

// One after the other, subject and text.
[[nodiscard]] std::string preview_text(
    std::span<const notice_kind> kinds,
    const email_sender& sender
);
// A page that needs nothing else: each as it looks in a mail program, its text beside it.
[[nodiscard]] std::string preview_page(
    std::span<const notice_kind> kinds,
    const email_sender& sender
);

}  // namespace billhook
