#include "worker/notifier/smtp_reply.hpp"

#include <string>

namespace billhook {

std::string_view to_word(mailed how) {
    switch (how) {
        case mailed::accepted:
            return "accepted";
        case mailed::recipient_refused:
            return "recipient_refused";
        case mailed::message_refused:
            return "message_refused";
        case mailed::not_now:
            return "not_now";
        case mailed::unavailable:
            return "unavailable";
        case mailed::in_doubt:
            return "in_doubt";
    }
    return "";
}

smtp_stage stage_after(smtp_stage before, std::string_view line) {
    std::string verb;
    for (const char c : line.substr(0, 4)) {
        verb += c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
    }
    if (verb == "MAIL") {
        return smtp_stage::sender;
    }
    if (verb == "RCPT") {
        return smtp_stage::recipient;
    }
    return verb == "DATA" ? smtp_stage::data : before;
}

mailed meaning_of(smtp_stage stage, bool went_well, long code) {
    // 530 to 538 ask for a login or TLS, wherever they come: that is our own matter.
    const bool about_us = code >= 530 && code <= 538;
    const bool for_good = code >= 500 && code <= 599;
    if (about_us && stage != smtp_stage::sent) {
        return mailed::unavailable;
    }
    const bool for_now = code >= 400 && code <= 499;
    switch (stage) {
        case smtp_stage::before:
        case smtp_stage::sender:
            return for_now ? mailed::not_now : mailed::unavailable;
        case smtp_stage::recipient:
            return for_good ? mailed::recipient_refused : mailed::not_now;
        case smtp_stage::data:
            return for_good ? mailed::message_refused : mailed::not_now;
        case smtp_stage::sent:
            break;
    }
    if (went_well && code >= 200 && code <= 299) {
        return mailed::accepted;
    }
    if (for_good) {
        return mailed::message_refused;
    }
    return for_now ? mailed::not_now : mailed::in_doubt;
}

}  // namespace billhook
