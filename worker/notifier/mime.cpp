#include "worker/notifier/mime.hpp"

#include "schemas/types/internet_date.hpp"
#include "schemas/types/sha256.hpp"
#include "worker/notifier/email_text.hpp"

#include <chrono>
#include <fmt/format.h>

namespace billhook {
namespace {

std::string part(std::string_view type, const secret& body, const std::string& boundary) {
    return fmt::format(
        "--{}\r\nContent-Type: {}; charset=utf-8\r\nContent-Transfer-Encoding: "
        "quoted-printable\r\n\r\n{}\r\n",
        boundary,
        type,
        quoted_printable(body.reveal())
    );
}

}  // namespace

secret mime_message(const email& what, instant date) {
    // No line of quoted-printable begins with "--=_": it would encode the equals sign.
    const std::string boundary = "=_" + sha256_hex(what.message_id).substr(0, 24);
    std::string out;
    const auto header = [&out](std::string_view name, std::string_view body) {
        out += fmt::format("{}: {}\r\n", name, body);
    };
    header("Date", internet_date(std::chrono::floor<std::chrono::seconds>(date), "+0000"));
    header("From", header_mailbox(what.from.name, what.from.address));
    header("To", header_mailbox("", what.to.reveal()));
    if (!what.from.reply_to.empty()) {
        header("Reply-To", header_mailbox("", what.from.reply_to));
    }
    header("Subject", header_text(what.subject));
    header("Message-ID", '<' + one_line(what.message_id) + '>');
    header("Auto-Submitted", "auto-generated");  // no vacation notice answers (RFC 3834)
    header("MIME-Version", "1.0");
    header("Content-Type", fmt::format("multipart/alternative;\r\n boundary=\"{}\"", boundary));
    out += "\r\n";
    out += part("text/plain", what.text, boundary);
    out += part("text/html", what.html, boundary);
    out += fmt::format("--{}--\r\n", boundary);
    return secret(std::move(out));
}

}  // namespace billhook
