#include "worker/notifier/smtp_reply.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("smtp: what the end of a conversation means") {
    using enum smtp_stage;
    const struct {
        const char* name;
        smtp_stage stage;
        bool went_well;
        long code;
        mailed how;
    } rows[] = {
        {"nobody there",                       before,    false, 0,   mailed::unavailable      },
        {"the server is closing",              before,    false, 421, mailed::not_now          },
        {"our login is wrong",                 before,    false, 535, mailed::unavailable      },
        {"no STARTTLS",                        before,    false, 220, mailed::unavailable      },
        {"our sender is refused",              sender,    false, 550, mailed::unavailable      },
        {"greylisted at the sender",           sender,    false, 451, mailed::not_now          },
        {"no such mailbox",                    recipient, false, 550, mailed::recipient_refused},
        {"a login is asked for that late",     recipient, false, 530, mailed::unavailable      },
        {"greylisted at the recipient",        recipient, false, 450, mailed::not_now          },
        {"lost at the recipient",              recipient, false, 250, mailed::not_now          },
        {"DATA is refused",                    data,      false, 554, mailed::message_refused  },
        {"lost in the middle of the body",     data,      false, 354, mailed::not_now          },
        {"taken",                              sent,      true,  250, mailed::accepted         },
        {"too large or not wanted",            sent,      false, 552, mailed::message_refused  },
        {"not wanted in words about policy",   sent,      false, 535, mailed::message_refused  },
        {"later please",                       sent,      false, 452, mailed::not_now          },
        {"lost before the answer to the body", sent,      false, 354, mailed::in_doubt         },
        {"an answer that is none",             sent,      false, 250, mailed::in_doubt         },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(to_word(meaning_of(row.stage, row.went_well, row.code)) == to_word(row.how));
    }
}

TEST_CASE("smtp: the stage follows what we say") {
    using enum smtp_stage;
    CHECK(stage_after(before, "EHLO here\r\n") == before);
    CHECK(stage_after(before, "STARTTLS\r\n") == before);
    CHECK(stage_after(before, "MAIL FROM:<a@b>\r\n") == sender);
    CHECK(stage_after(sender, "rcpt TO:<a@b>\r\n") == recipient);
    CHECK(stage_after(recipient, "DATA\r\n") == data);
    CHECK(stage_after(data, "\r\n.\r\n") == data);
    CHECK(stage_after(sent, "QUIT\r\n") == sent);
}

}  // namespace billhook
