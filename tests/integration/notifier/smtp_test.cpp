#include "tests/integration/notifier/mail_server.hpp"
#include "worker/notifier/smtp_mailer.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {

namespace {

using tests::mail_server;

smtp_settings settings_for(const mail_server& server) {
    smtp_settings told;
    told.server = {"127.0.0.1", server.port()};
    told.ca_file = server.certificate();
    return told;
}

email to(const std::string& address) {
    auto recipient = sample_recipient();
    recipient.address = secret(address);
    recipient.name = secret("Gr\xC3\xBC\xC3\x9F Gott");
    email_sender shop{
        .address = "billing@shop.example",
        .name = "Caf\xC3\xA9",
        .reply_to = "",
        .product = "Caf\xC3\xA9",
        .billing_url = ""};
    return compose(sample_notice(notice_kind::reminder), recipient, shop);
}

mailed sent(const smtp_settings& told, const std::string& address = "ada@customer.example") {
    system_clock time;
    return smtp_mailer(told, time).send(to(address));
}

}  // namespace

TEST_CASE("smtp: what was sent arrives byte for byte") {
    const mail_server server;
    if (!server.usable()) {
        return;
    }
    system_clock time;
    smtp_mailer mailer(settings_for(server), time);
    const email one = to("ada@customer.example");
    CHECK(mailer.send(one) == mailed::accepted);
    CHECK(mailer.send(one) == mailed::accepted);
    REQUIRE(server.pages().size() == 2);
    CHECK(server.pages()[0] == one.html.reveal());
    const std::string message = server.messages().at(0);
    CHECK(message.find("Message-ID: <" + one.message_id + ">\r\n") != message.npos);
    CHECK(message.find("To: <ada@customer.example>\r\n") != message.npos);
}

TEST_CASE("smtp: every whim of a server has its meaning") {
    const mail_server server;
    if (!server.usable()) {
        return;
    }
    const struct {
        const char* address;
        mailed how;
    } rows[] = {
        {"refused@customer.example",  mailed::recipient_refused},
        {"later@customer.example",    mailed::not_now          },
        {"gone@customer.example",     mailed::not_now          },
        {"unwanted@customer.example", mailed::message_refused  },
        {"busy@customer.example",     mailed::not_now          },
        {"silent@customer.example",   mailed::in_doubt         },
        {"ada@customer.example",      mailed::accepted         },
    };
    system_clock time;
    smtp_mailer mailer(settings_for(server), time);
    for (const auto& row : rows) {
        CAPTURE(row.address);
        CHECK(to_word(mailer.send(to(row.address))) == to_word(row.how));
    }
    CHECK(server.messages().size() == 2);  // the one that nobody answered to was kept, too
}

TEST_CASE("smtp: nothing is sent to a server that cannot prove who it is") {
    const mail_server server;
    if (!server.usable()) {
        return;
    }
    smtp_settings stranger = settings_for(server);
    stranger.ca_file = "";
    CHECK(sent(stranger) == mailed::unavailable);
    smtp_settings other_name = settings_for(server);
    other_name.server.host = "localhost";  // its certificate names the address alone
    CHECK(sent(other_name) == mailed::unavailable);
    CHECK(server.messages().empty());
}

TEST_CASE("smtp: without STARTTLS nothing is sent unless that was said") {
    const mail_server server(mail_server::security::plain);
    if (!server.usable()) {
        return;
    }
    smtp_settings told = settings_for(server);
    CHECK(sent(told) == mailed::unavailable);
    CHECK(server.messages().empty());
    told.tls = "none";
    CHECK(sent(told) == mailed::accepted);
}

TEST_CASE("smtp: a server that is not there") {
    smtp_settings told;
    told.server = {"127.0.0.1", 1};
    CHECK(sent(told) == mailed::unavailable);
}

}  // namespace billhook
