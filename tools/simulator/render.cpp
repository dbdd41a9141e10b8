#include "tools/simulator/render_parts.hpp"

#include <string_view>

namespace billhook::simulator {

boost::json::object render(const customer& what, const rendering& as) {
    return {
        {"id",               what.id                                                },
        {"object",           "customer"                                             },
        {"balance",          0                                                      },
        {"created",          to_unix_seconds(what.created)                          },
        {"currency",         what.currency                                          },
        {"delinquent",       what.delinquent                                        },
        {"description",      nullptr                                                },
        {"email",            "billing@" + what.id + ".example"                      },
        {"invoice_settings",
         json::object{{"default_payment_method", text_or_null(what.payment_method)}}},
        {"livemode",         as.livemode                                            },
        {"metadata",         pairs_hash(what.metadata)                              },
        {"name",             what.name                                              }
    };
}

boost::json::object render(const checkout_session& what, const rendering& as) {
    return {
        {"id",                  what.id                            },
        {"object",              "checkout.session"                 },
        {"client_reference_id", text_or_null(what.client_reference)},
        {"created",             to_unix_seconds(what.created)      },
        {"customer",            what.customer                      },
        {"invoice",             text_or_null(what.invoice)         },
        {"livemode",            as.livemode                        },
        {"metadata",            pairs_hash(what.metadata)          },
        {"mode",                "subscription"                     },
        {"payment_status",      what.payment_status                },
        {"status",              what.status                        },
        {"subscription",        text_or_null(what.subscription)    }
    };
}

boost::json::object render(const side_object& what, const rendering& as) {
    json::object out{
        {"id",       what.id                      },
        {"object",   what.object                  },
        {"amount",   what.amount_minor            },
        {"created",  to_unix_seconds(what.created)},
        {"currency", what.currency                },
        {"customer", what.customer                },
        {"livemode", as.livemode                  },
        {"metadata", json::object{}               },
        {"status",   what.status                  }
    };
    if (!as.since_basil() || what.object == "invoice_payment") {
        out["invoice"] = text_or_null(what.invoice);
    }
    return out;
}

std::string to_text(const boost::json::object& body) {
    auto text = json::serialize(body);
    const std::string_view stands(lone_surrogate);
    for (auto at = text.find(stands); at != text.npos; at = text.find(stands, at)) {
        text.replace(at, stands.size(), "\\ud83d");
    }
    return text;
}

boost::json::object difference(
    const boost::json::object& before,
    const boost::json::object& after
) {
    json::object replaced;
    for (const auto& [key, was] : before) {
        const json::value* is = after.if_contains(key);
        if (is != nullptr && *is == was) {
            continue;
        }
        if (is != nullptr && was.is_object() && is->is_object()) {
            replaced[key] = difference(was.as_object(), is->as_object());
        } else {
            replaced[key] = was;
        }
    }
    for (const auto& [key, is] : after) {
        if (!before.contains(key)) {
            replaced[key] = nullptr;
        }
    }
    return replaced;
}

}  // namespace billhook::simulator
