#include "tools/commands/commands.hpp"

namespace billhook {

std::span<const command> all_commands() {
    static constexpr command rows[] = {
        {"migrate",  "bring database and topics to this program's state",    run_migrate },
        {"doctor",   "what is wrong with this installation, and what to do", run_doctor  },
        {"status",   "how far the log is folded; --wait until it is",        run_status  },
        {"events",   "one event: its journal row and its bytes",             run_events  },
        {"link",     "say which Stripe customer an organization is",         run_link    },
        {"notices",  "what was told by e-mail, and how the e-mails look",    run_notices },
        {"simulate",
         "lives of organizations, delivered, and compared with their truth", run_simulate},
        {"send",     "sign given bodies and post them",                      run_send    },
        {"plans",    "check a file of plans",                                run_plans   },
    };
    return rows;
}

}  // namespace billhook
