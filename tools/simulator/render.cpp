#include "tools/simulator/render.hpp"

#include <optional>
#include <utility>

namespace billhook::simulator {

namespace {

namespace json = boost::json;

json::value time_or_null(const std::optional<instant>& at) {
    return at ? json::value(to_unix_seconds(*at)) : json::value(nullptr);
}

json::value text_or_null(const std::string& text) {
    return text.empty() ? json::value(nullptr) : json::value(text);
}

json::object render(const metadata& pairs) {
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

json::object recurring() {
    return {
        {"interval",          "month"   },
        {"interval_count",    1         },
        {"meter",             nullptr   },
        {"trial_period_days", nullptr   },
        {"usage_type",        "licensed"}
    };
}

json::object price_hash(const price& what, const rendering& as) {
    return {
        {"id",                  what.id                          },
        {"object",              "price"                          },
        {"active",              true                             },
        {"billing_scheme",      "per_unit"                       },
        {"currency",            "usd"                            },
        {"livemode",            as.livemode                      },
        {"lookup_key",          text_or_null(what.lookup_key)    },
        {"metadata",            json::object{}                   },
        {"nickname",            what.name                        },
        {"product",             what.product                     },
        {"recurring",           recurring()                      },
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
        {"currency",       "usd"            },
        {"interval",       "month"          },
        {"interval_count", 1                },
        {"livemode",       as.livemode      },
        {"metadata",       json::object{}   },
        {"nickname",       what.name        },
        {"product",        what.product     },
        {"usage_type",     "licensed"       }
    };
}

json::object item_hash(const subscription_item& item, const subscription& of, const rendering& as) {
    json::object out{
        {"id",       item.id                    },
        {"object",   "subscription_item"        },
        {"created",  to_unix_seconds(of.created)},
        {"metadata", json::object{}             }
    };
    if (as.since_basil()) {
        out["current_period_start"] = to_unix_seconds(of.period_start);
        out["current_period_end"] = to_unix_seconds(of.period_end);
        out["discounts"] = json::array{};
    }
    out["plan"] = plan_hash(item.price, as);
    out["price"] = price_hash(item.price, as);
    out["quantity"] = item.quantity;
    out["subscription"] = of.id;
    out["tax_rates"] = json::array{};
    return out;
}

json::object transitions_of(const invoice& what) {
    return {
        {"finalized_at",            time_or_null(what.finalized_at)           },
        {"marked_uncollectible_at", time_or_null(what.marked_uncollectible_at)},
        {"paid_at",                 time_or_null(what.paid_at)                },
        {"voided_at",               time_or_null(what.voided_at)              }
    };
}

json::object period_of(const invoice& what) {
    return {
        {"start", to_unix_seconds(what.period_start)},
        {"end",   to_unix_seconds(what.period_end)  }
    };
}

json::object line_of(const invoice& what, const rendering& as) {
    json::object out{
        {"id",       "il_" + what.id},
        {"object",   "line_item"    },
        {"amount",   what.amount_due},
        {"currency", "usd"          },
        {"livemode", as.livemode    },
        {"period",   period_of(what)},
        {"quantity", 1              }
    };
    const bool proration = what.billing_reason == "subscription_update";
    if (as.since_basil()) {
        out["parent"] = json::object{
            {"type",                      "subscription_item_details"                   },
            {"invoice_item_details",      nullptr                                       },
            {"subscription_item_details",
             json::object{{"subscription", what.subscription}, {"proration", proration}}}
        };
        out["pricing"] = json::object{
            {"type",                "price_details"                                 },
            {"price_details",
             json::object{{"price", what.price.id}, {"product", what.price.product}}},
            {"unit_amount_decimal", std::to_string(what.price.amount_minor)         }
        };
    } else {
        out["price"] = price_hash(what.price, as);
        out["proration"] = proration;
        out["subscription"] = what.subscription;
        out["type"] = "subscription";
    }
    return out;
}

json::object cancellation_of(const subscription& what) {
    return {
        {"comment",  nullptr                               },
        {"feedback", nullptr                               },
        {"reason",   text_or_null(what.cancellation_reason)}
    };
}

json::value pause_of(const subscription& what) {
    if (what.pause_collection.empty()) {
        return nullptr;
    }
    return json::object{
        {"behavior",   what.pause_collection},
        {"resumes_at", nullptr              }
    };
}

json::object trial_settings_of(const subscription& what) {
    json::object behavior;
    behavior["missing_payment_method"] = what.missing_payment_method;
    json::object out;
    out["end_behavior"] = std::move(behavior);
    return out;
}

// Where an invoice names its subscription, and what basil took away.
void add_shape(json::object& out, const invoice& what, const rendering& as) {
    const json::object told = render(what.subscription_metadata);
    if (as.since_basil()) {
        out["parent"] = json::object{
            {"type",                 "subscription_details"                                     },
            {"quote_details",        nullptr                                                    },
            {"subscription_details",
             json::object{{"metadata", told}, {"subscription", text_or_null(what.subscription)}}}
        };
        return;
    }
    out["charge"] = nullptr;
    out["paid"] = what.status == "paid";
    out["paid_out_of_band"] = false;
    out["payment_intent"] = text_or_null(what.payment_intent);
    out["subscription"] = text_or_null(what.subscription);
    out["subscription_details"] = json::object{
        {"metadata", told}
    };
}

}  // namespace

boost::json::object render(const customer& what, const rendering& as) {
    return {
        {"id",               what.id                                                },
        {"object",           "customer"                                             },
        {"balance",          0                                                      },
        {"created",          to_unix_seconds(what.created)                          },
        {"currency",         "usd"                                                  },
        {"delinquent",       what.delinquent                                        },
        {"description",      nullptr                                                },
        {"email",            "billing@" + what.id + ".example"                      },
        {"invoice_settings",
         json::object{{"default_payment_method", text_or_null(what.payment_method)}}},
        {"livemode",         as.livemode                                            },
        {"metadata",         render(what.metadata)                                  },
        {"name",             what.name                                              }
    };
}

boost::json::object render(const subscription& what, const rendering& as) {
    json::array items;
    for (const auto& item : what.items) {
        items.emplace_back(item_hash(item, what, as));
    }
    const auto items_url = "/v1/subscription_items?subscription=" + what.id;
    json::object out;
    out["id"] = what.id;
    out["object"] = "subscription";
    out["billing_cycle_anchor"] = to_unix_seconds(what.anchor);
    out["cancel_at"] = time_or_null(what.cancel_at);
    out["cancel_at_period_end"] = what.cancel_at_period_end;
    out["canceled_at"] = time_or_null(what.canceled_at);
    out["cancellation_details"] = cancellation_of(what);
    out["collection_method"] = "charge_automatically";
    out["created"] = to_unix_seconds(what.created);
    out["currency"] = "usd";
    out["customer"] = what.customer;
    out["ended_at"] = time_or_null(what.ended_at);
    out["items"] = list_of(std::move(items), items_url);
    out["latest_invoice"] = text_or_null(what.latest_invoice);
    out["livemode"] = as.livemode;
    out["metadata"] = render(what.metadata);
    out["pause_collection"] = pause_of(what);
    out["schedule"] = nullptr;
    out["start_date"] = to_unix_seconds(what.created);
    out["status"] = what.status;
    out["trial_end"] = time_or_null(what.trial_end);
    out["trial_settings"] = trial_settings_of(what);
    out["trial_start"] = time_or_null(what.trial_start);
    if (!as.since_basil()) {
        out["current_period_start"] = to_unix_seconds(what.period_start);
        out["current_period_end"] = to_unix_seconds(what.period_end);
        if (what.items.size() == 1) {
            out["plan"] = plan_hash(what.items.front().price, as);
            out["quantity"] = what.items.front().quantity;
        }
    } else if (as.api_version >= "2025-06-30") {
        json::object mode;
        mode["type"] = what.flexible ? "flexible" : "classic";
        out["billing_mode"] = std::move(mode);
    }
    return out;
}

boost::json::object render(const invoice& what, const rendering& as) {
    const auto page =
        what.number.empty() ? std::string() : "https://invoice.stripe.example/i/" + what.id;
    json::array lines;
    lines.emplace_back(line_of(what, as));
    json::object out;
    out["id"] = what.id;
    out["object"] = "invoice";
    out["amount_due"] = what.amount_due;
    out["amount_paid"] = what.amount_paid;
    out["amount_remaining"] = what.amount_due - what.amount_paid;
    out["attempt_count"] = what.attempt_count;
    out["attempted"] = what.attempted;
    out["auto_advance"] = what.auto_advance;
    out["billing_reason"] = what.billing_reason;
    out["collection_method"] = "charge_automatically";
    out["created"] = to_unix_seconds(what.created);
    out["currency"] = "usd";
    out["customer"] = what.customer;
    out["due_date"] = nullptr;
    out["effective_at"] = time_or_null(what.finalized_at);
    out["hosted_invoice_url"] = text_or_null(page);
    out["invoice_pdf"] = text_or_null(page.empty() ? page : page + "/pdf");
    out["last_finalization_error"] = nullptr;
    out["lines"] = list_of(std::move(lines), "/v1/invoices/" + what.id + "/lines");
    out["livemode"] = as.livemode;
    out["metadata"] = json::object{};
    out["next_payment_attempt"] = time_or_null(what.next_payment_attempt);
    out["number"] = text_or_null(what.number);
    out["period_end"] = to_unix_seconds(what.created);
    out["period_start"] = to_unix_seconds(what.period_start);
    out["status"] = what.status;
    out["status_transitions"] = transitions_of(what);
    out["subtotal"] = what.amount_due;
    out["total"] = what.amount_due;
    add_shape(out, what, as);
    return out;
}

boost::json::object render(const checkout_session& what, const rendering& as) {
    return {
        {"id",                  what.id                            },
        {"object",              "checkout.session"                 },
        {"client_reference_id", text_or_null(what.client_reference)},
        {"created",             to_unix_seconds(what.created)      },
        {"currency",            "usd"                              },
        {"customer",            what.customer                      },
        {"invoice",             text_or_null(what.invoice)         },
        {"livemode",            as.livemode                        },
        {"metadata",            render(what.metadata)              },
        {"mode",                "subscription"                     },
        {"payment_status",      what.payment_status                },
        {"status",              "complete"                         },
        {"subscription",        what.subscription                  }
    };
}

boost::json::object render(const side_object& what, const rendering& as) {
    json::object out{
        {"id",       what.id                      },
        {"object",   what.object                  },
        {"amount",   what.amount_minor            },
        {"created",  to_unix_seconds(what.created)},
        {"currency", "usd"                        },
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
