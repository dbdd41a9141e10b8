#pragma once

#include "schemas/messages/notice.hpp"
#include "schemas/types/money.hpp"
#include "schemas/types/secret.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

// From a notice to the texts of an e-mail. Pure.
namespace billhook {

// Who writes, the same for every e-mail.
struct email_sender {
    std::string address;      // is_email_address
    std::string name;         // shown beside it
    std::string reply_to;     // is_email_address; empty: the address
    std::string product;      // what the customer pays for
    std::string billing_url;  // the application's own page for invoices and cards; empty: none
};

// To whom, and what may be paid where: looked up when the notice is sent. Personal data and
// capability links are secrets until they stand in the e-mail.
struct email_recipient {
    secret address;
    secret name;       // as Stripe has it, so whatever somebody typed; empty: none
    std::string plan;  // its name; empty: none
    struct open_invoice {
        std::optional<money> amount;
        secret link;  // hosted invoice page; empty: none
    };
    std::vector<open_invoice> invoices;
};

struct email {
    std::string message_id;  // without angle brackets: the notice's id at the sender's domain
    email_sender from;
    secret to;
    std::string subject;
    secret text;  // lines end with \n
    secret html;
};

// Everything that came from outside is one line, and in the HTML escaped; links that are not
// https:// and names that look like links are left out. Times are in plain words, UTC.
[[nodiscard]] email compose(
    const notice& about,
    const email_recipient& to,
    const email_sender& from
);

// One of each kind, of an invented customer: what `billhook notices preview` shows.
[[nodiscard]] notice sample_notice(notice_kind kind);
[[nodiscard]] email_recipient sample_recipient();

// name@host.tld as mail servers take it without quoting: ASCII, one @, at most 254 bytes, no blanks
// and nothing that SMTP or a header could take for more than an address.
[[nodiscard]] bool is_email_address(std::string_view text);
// "Tuesday, 24 November 2026 at 14:05 UTC".
[[nodiscard]] std::string in_plain_words(instant at);
// Controls become blanks, so that no text can begin a line of its own.
[[nodiscard]] std::string one_line(std::string_view text);

}  // namespace billhook
