#include "tools/commands/commands.hpp"

namespace billhook {

std::span<const command> all_commands() {
    static constexpr command rows[] = {
        {"migrate",      "bring database and topics to this program's state",          run_migrate     },
        {"doctor",       "what is wrong with this installation, and what to do",       run_doctor      },
        {"status",       "how far the log is folded; --wait until it is",              run_status      },
        {"events",       "one event: its journal row and its bytes",                   run_events      },
        {"link",         "say which Stripe customer an organization is",               run_link        },
        {"unlink",       "take back what a link or an override said",                  run_unlink      },
        {"grant",        "give a plan, access, limits or time, until an end",          run_grant       },
        {"grants",       "what was given to whom, until when, by whom and why",        run_grants      },
        {"revoke",       "take a grant back",                                          run_revoke      },
        {"audit",        "what operators did: who, when and why",                      run_audit       },
        {"explain",      "why an organization has the access that it has",             run_explain     },
        {"forecast",     "what happens to it if nothing is paid",                      run_forecast    },
        {"plans",        "check, try and apply plans and dunning policy",              run_plans       },
        {"notices",      "what was told by e-mail, and how the e-mails look",          run_notices     },
        {"replay",       "build a second projection from the log",                     run_replay      },
        {"promote",      "make a projection that was built the live one",              run_promote     },
        {"projections",  "the live one and those beside it: list, drop",               run_projections },
        {"dead-letters",
         "records that could not be folded: list, retry, discard",                     run_dead_letters},
        {"offsets",      "how far the log was read; rebase if it is another one",      run_offsets     },
        {"adopt",        "take over an account that has customers already",            run_adopt       },
        {"backfill",     "publish what the journal lacks of Stripe's events",          run_backfill    },
        {"reconcile",    "compare Stripe's objects with ours, name causes, heal",      run_reconcile   },
        {"catalogue",    "what is sold at Stripe: products, prices, portal, endpoint", run_catalogue   },
        {"simulate",     "lives of organizations, delivered, and compared",            run_simulate    },
        {"send",         "sign given bodies and post them",                            run_send        },
        {"stripe-api",   "the simulated Stripe's API, for backfill and reconcile",     run_stripe_api  },
        {"token",        "a token for billhook-api",                                   run_token       },
        {"bench",        "what the work costs on this machine, in ratios",             run_bench       },
    };
    return rows;
}

}  // namespace billhook
