#include "tools/simulator/render_parts.hpp"

#include <utility>

namespace billhook::simulator {

namespace {

bool is_yearly(const price& what) {
    return what.months % 12 == 0;
}

const char* interval_of(const price& what) {
    return is_yearly(what) ? "year" : "month";
}

int count_of(const price& what) {
    return is_yearly(what) ? what.months / 12 : what.months;
}

const char* usage_of(const price& what) {
    return what.metered ? "metered" : "licensed";
}

json::object recurring(const price& what) {
    return {
        {"interval",          interval_of(what)                                              },
        {"interval_count",    count_of(what)                                                 },
        {"meter",             what.metered ? json::value("mtr_1calls") : json::value(nullptr)},
        {"trial_period_days", nullptr                                                        },
        {"usage_type",        usage_of(what)                                                 }
    };
}

}  // namespace

json::value time_or_null(const std::optional<instant>& at) {
    return at ? json::value(to_unix_seconds(*at)) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object pairs_hash(const metadata& pairs) {
    json::object out;
    for (const auto& [key, value] : pairs) {
        out[key] = value;
    }
    return out;
}

json::object list_of(json::array data, const std::string& url) {
    const auto count = static_cast<std::int64_t>(data.size());
    return {
        {"object",      "list"         },
        {"data",        std::move(data)},
        {"has_more",    false          },
        {"total_count", count          },
        {"url",         url            }
    };
}

json::object price_hash(const price& what, const rendering& as) {
    return {
        {"id",                  what.id                          },
        {"object",              "price"                          },
        {"active",              what.active                      },
        {"billing_scheme",      "per_unit"                       },
        {"currency",            what.currency                    },
        {"livemode",            as.livemode                      },
        {"lookup_key",          text_or_null(what.lookup_key)    },
        {"metadata",            pairs_hash(what.metadata)        },
        {"nickname",            what.name                        },
        {"product",             what.product                     },
        {"recurring",           recurring(what)                  },
        {"type",                "recurring"                      },
        {"unit_amount",         what.amount_minor                },
        {"unit_amount_decimal", std::to_string(what.amount_minor)}
    };
}

json::object plan_hash(const price& what, const rendering& as) {
    return {
        {"id",             what.id          },
        {"object",         "plan"           },
        {"active",         true             },
        {"amount",         what.amount_minor},
        {"currency",       what.currency    },
        {"interval",       interval_of(what)},
        {"interval_count", count_of(what)   },
        {"livemode",       as.livemode      },
        {"metadata",       json::object{}   },
        {"nickname",       what.name        },
        {"product",        what.product     },
        {"usage_type",     usage_of(what)   }
    };
}

}  // namespace billhook::simulator
