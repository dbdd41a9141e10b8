#include "worker/ledger/statements.hpp"

#include <array>

namespace billhook::tables {

namespace {

constexpr std::array event_columns{
    column{"id",            "text"       },
    column{"type",          "text"       },
    column{"object",        "text"       },
    column{"customer",      "text"       },
    column{"created",       "timestamptz"},
    column{"api_version",   "text"       },
    column{"topic",         "text"       },
    column{"partition",     "integer"    },
    column{"record_offset", "bigint"     },
    column{"received_at",   "timestamptz"},
    column{"outcome",       "text"       },
    column{"deliveries",    "bigint"     },
};

constexpr std::array subscription_fact_columns{
    column{"object",         "text"       },
    column{"created",        "timestamptz"},
    column{"event",          "text"       },
    column{"api_version",    "text"       },
    column{"place",          "text"       },
    column{"evidence",       "text"       },
    column{"content",        "text"       },
    column{"replaced",       "text"       },
    column{"last_of_second", "boolean"    },
};
constexpr std::span<const column> fact_columns =
    std::span(subscription_fact_columns).first(subscription_fact_columns.size() - 1);

constexpr std::array customer_columns{
    column{"id",                    "text"       },
    column{"known",                 "boolean"    },
    column{"event",                 "text"       },
    column{"event_created",         "timestamptz"},
    column{"ambiguous",             "boolean"    },
    column{"deleted",               "boolean"    },
    column{"metadata_organization", "text"       },
    column{"created",               "timestamptz"},
    column{"organization",          "text"       },
};

constexpr std::array subscription_columns{
    column{"id",                    "text"       },
    column{"event",                 "text"       },
    column{"event_created",         "timestamptz"},
    column{"ambiguous",             "boolean"    },
    column{"deleted",               "boolean"    },
    column{"begun",                 "boolean"    },
    column{"status",                "text"       },
    column{"customer",              "text"       },
    column{"latest_invoice",        "text"       },
    column{"items",                 "jsonb"      },
    column{"period_start",          "timestamptz"},
    column{"period_end",            "timestamptz"},
    column{"trial_end",             "timestamptz"},
    column{"cancel_at",             "timestamptz"},
    column{"cancel_at_period_end",  "boolean"    },
    column{"metadata_organization", "text"       },
    column{"created",               "timestamptz"},
    column{"organization",          "text"       },
};

constexpr std::array invoice_columns{
    column{"id",                      "text"       },
    column{"event",                   "text"       },
    column{"event_created",           "timestamptz"},
    column{"ambiguous",               "boolean"    },
    column{"status",                  "text"       },
    column{"customer",                "text"       },
    column{"subscription",            "text"       },
    column{"billing_reason",          "text"       },
    column{"attempt_count",           "bigint"     },
    column{"amount_due",              "bigint"     },
    column{"amount_remaining",        "bigint"     },
    column{"currency",                "text"       },
    column{"finalized_at",            "timestamptz"},
    column{"paid_at",                 "timestamptz"},
    column{"voided_at",               "timestamptz"},
    column{"marked_uncollectible_at", "timestamptz"},
    column{"created",                 "timestamptz"},
    column{"first_failure",           "timestamptz"},
    column{"last_failure",            "timestamptz"},
    column{"last_action_required",    "timestamptz"},
    column{"first_seen_paid",         "timestamptz"},
    column{"first_seen_forgiven",     "timestamptz"},
    column{"first_seen",              "timestamptz"},
};

constexpr std::array checkout_columns{
    column{"id",               "text"       },
    column{"event",            "text"       },
    column{"event_created",    "timestamptz"},
    column{"api_version",      "text"       },
    column{"mode",             "text"       },
    column{"customer",         "text"       },
    column{"subscription",     "text"       },
    column{"client_reference", "text"       },
    column{"organization",     "text"       },
    column{"created",          "timestamptz"},
};

constexpr std::array mapping_columns{
    column{"event",                "text"       },
    column{"organization",         "text"       },
    column{"customer",             "text"       },
    column{"organization_created", "timestamptz"},
    column{"created",              "timestamptz"},
};

constexpr std::array decline_columns{
    column{"customer",    "text"       },
    column{"event",       "text"       },
    column{"created",     "timestamptz"},
    column{"api_version", "text"       },
    column{"invoice",     "text"       },
    column{"code",        "text"       },
};

constexpr std::array case_columns{
    column{"subscription",    "text"       },
    column{"anchor",          "timestamptz"},
    column{"ended_at",        "timestamptz"},
    column{"members",         "text[]"     },
    column{"last_failure",    "timestamptz"},
    column{"action_required", "boolean"    },
    column{"paid",            "boolean"    },
    column{"forgiven",        "boolean"    },
};

constexpr std::array standing_columns{
    column{"organization",        "text"       },
    column{"plan",                "text"       },
    column{"subscription_status", "text"       },
    column{"access",              "text"       },
    column{"reason",              "text"       },
    column{"in_dunning",          "boolean"    },
    column{"grace_until",         "timestamptz"},
    column{"restricted_until",    "timestamptz"},
    column{"next_change_at",      "timestamptz"},
    column{"stale",               "boolean"    },
    column{"features",            "jsonb"      },
    column{"customer",            "text"       },
    column{"subscription",        "text"       },
    column{"as_of",               "timestamptz"},
};

}  // namespace

const table events{"events", 1, event_columns};
const table customer_facts{"customer_facts", 3, fact_columns};
const table subscription_facts{"subscription_facts", 3, subscription_fact_columns};
const table invoice_facts{"invoice_facts", 3, fact_columns};
const table customers{"customers", 1, customer_columns};
const table subscriptions{"subscriptions", 1, subscription_columns};
const table invoices{"invoices", 1, invoice_columns};
const table checkout_sessions{"checkout_sessions", 1, checkout_columns};
const table mappings{"mappings", 1, mapping_columns};
const table declines{"declines", 2, decline_columns};
const table dunning_cases{"dunning_cases", 2, case_columns};
const table standings{"standings", 1, standing_columns};

std::span<const table* const> all() {
    static constexpr std::array<const table*, 12> every{
        &events,
        &customer_facts,
        &subscription_facts,
        &invoice_facts,
        &customers,
        &subscriptions,
        &invoices,
        &checkout_sessions,
        &mappings,
        &declines,
        &dunning_cases,
        &standings,
    };
    return every;
}

}  // namespace billhook::tables
