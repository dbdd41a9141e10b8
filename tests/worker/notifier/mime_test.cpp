#include "worker/notifier/mime.hpp"

#include "worker/notifier/email_text.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace billhook {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
    std::vector<std::string> lines;
    for (std::size_t from = 0; from < text.size();) {
        const auto end = text.find("\r\n", from);
        REQUIRE(end != text.npos);
        lines.push_back(text.substr(from, end - from));
        from = end + 2;
    }
    return lines;
}

email plain_email() {
    email one;
    one.message_id = "ntc_1@shop.example";
    one.from = {
        .address = "billing@shop.example",
        .name = "Shop",
        .reply_to = "help@shop.example",
        .product = "Shop",
        .billing_url = ""};
    one.to = secret("ada@customer.example");
    one.subject = "Hello";
    one.text = secret("Hello,\n.\nbye\n");
    one.html = secret("<p>Hello</p>\n");
    return one;
}

// Header names of a message, in order; continuation lines are none.
std::vector<std::string> header_names(const std::string& message) {
    std::vector<std::string> names;
    for (const auto& line : lines_of(message.substr(0, message.find("\r\n\r\n") + 2))) {
        if (!line.starts_with(' ')) {
            names.push_back(line.substr(0, line.find(':')));
        }
    }
    return names;
}

const std::vector<std::string> usual_headers = {
    "Date",
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Message-ID",
    "Auto-Submitted",
    "MIME-Version",
    "Content-Type"};

}  // namespace

TEST_CASE("mime: a message has the headers and both bodies") {
    const std::string message =
        mime_message(plain_email(), from_unix_seconds(1'795'529'100)).reveal();
    CHECK(header_names(message) == usual_headers);
    const auto has = [&](const char* part) { return message.find(part) != message.npos; };
    CHECK(has("Date: Tue, 24 Nov 2026 14:05:00 +0000\r\n"));
    CHECK(has("From: \"Shop\"\r\n <billing@shop.example>\r\n"));
    CHECK(has("To: <ada@customer.example>\r\n"));
    CHECK(has("Message-ID: <ntc_1@shop.example>\r\n"));
    CHECK(has("\r\n\r\nHello,\r\n.\r\nbye\r\n"));
    CHECK(has("Content-Type: text/html; charset=utf-8\r\n"));
    CHECK(message.ends_with("--\r\n"));
}

TEST_CASE("mime: nothing in an e-mail can add a header or end one") {
    for (const std::string& evil :
         {std::string("x\r\nBcc: all@customer.example"),
          std::string("x\nBcc: all@customer.example\n\nbody"),
          std::string("x\rBcc: y"),
          std::string("\r\n\r\n"),
          std::string("\xC2\x85"
                      "Bcc: y"),
          std::string("x\0Bcc: y", 8),
          "\"\\\" <evil@customer.example>, " + std::string(200, 'y'),
          std::string("=?UTF-8?Q?Bcc:=0D=0A?=")}) {
        CAPTURE(evil);
        email one = plain_email();
        one.subject = evil;
        one.from.name = evil;
        one.message_id = evil;
        const std::string message = mime_message(one, from_unix_seconds(0)).reveal();
        CHECK(header_names(message) == usual_headers);
        CHECK(message.find("\r\nBcc") == message.npos);
    }
}

TEST_CASE("mime: lines are short and ASCII whatever comes") {
    email one = plain_email();
    std::string greek;
    for (int count = 0; count < 300; ++count) {
        greek += "\xCE\xB1";
    }
    one.subject = greek;
    one.from.name = greek;
    one.text = secret(greek + "\n" + std::string(5'000, 'x') + " \n \n\ttab = end ");
    const std::string message = mime_message(one, from_unix_seconds(0)).reveal();
    for (const auto& line : lines_of(message)) {
        CAPTURE(line);
        CHECK(line.size() <= 78);
        CHECK(std::ranges::all_of(line, [](char c) { return c >= 0x20 && c < 0x7f; }));
    }
}

TEST_CASE("mime: header texts") {
    CHECK(header_text("Your payment is open") == "Your payment is open");
    CHECK(header_text("Gr\xC3\xBC\xC3\x9F Gott") == "=?UTF-8?B?R3LDvMOfIEdvdHQ=?=");
    CHECK(header_text("a =?x?= b") == "=?UTF-8?B?YSA9P3g/PSBi?=");
    CHECK(header_mailbox("", "a@b.c") == "<a@b.c>");
    CHECK(header_mailbox("A \"B\" \\", "a@b.c") == "\"A \\\"B\\\" \\\\\"\r\n <a@b.c>");
    CHECK(header_mailbox("\xC3\x84", "a@b.c") == "=?UTF-8?B?w4Q=?=\r\n <a@b.c>");
}

TEST_CASE("mime: an encoded word never cuts a character") {
    std::string mixed = "x";
    for (int count = 0; count < 60; ++count) {
        mixed += "\xE2\x82\xAC";  // the euro sign, three bytes
    }
    for (const auto& line : lines_of(header_text(mixed) + "\r\n")) {
        const auto begin = line.find("?B?") + 3;
        const auto digits = line.substr(begin, line.size() - 2 - begin);
        const auto padding = std::ranges::count(digits, '=');
        const auto bytes = digits.size() / 4 * 3 - static_cast<std::size_t>(padding);
        CHECK((bytes % 3 == 0 || line.starts_with("=?")));
        CHECK(bytes % 3 == (line.starts_with(' ') ? 0 : 1));
    }
}

TEST_CASE("mime: quoted-printable") {
    CHECK(quoted_printable("a = b\n") == "a =3D b\r\n");
    CHECK(quoted_printable("end \n") == "end=20\r\n");
    CHECK(quoted_printable("\xC3\xBC") == "=C3=BC");
    CHECK(quoted_printable("\r\n") == "=0D\r\n");
    const std::string folded = quoted_printable(std::string(80, 'x'));
    CHECK(folded == std::string(75, 'x') + "=\r\n" + std::string(5, 'x'));
}

TEST_CASE("mime: lines are wrapped at blanks and links stay whole") {
    CHECK(wrapped("aaa bbb ccc\n\nddd", 7) == "aaa bbb\nccc\n\nddd");
    CHECK(wrapped("https://example.org/long x", 7) == "https://example.org/long\nx");
    CHECK(wrapped("short\n", 7) == "short\n");
    CHECK(wrapped("", 7).empty());
}

}  // namespace billhook
