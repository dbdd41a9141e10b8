#include "tools/commands/doctor_peers.hpp"

#include "schemas/io/stripe_api/client.hpp"

#include <chrono>
#include <fmt/format.h>
#include <thread>

namespace billhook {

namespace {

using namespace std::chrono_literals;

// What needs the right, as the Dashboard calls it.
struct right {
    const char* name;
    const char* path;
    stripe::parameters form{};  // of what is to be written, with ids of nobody
};

const right to_read[] = {
    {"Events",            "/v1/events"                },
    {"Customers",         "/v1/customers"             },
    {"Subscriptions",     "/v1/subscriptions"         },
    {"Subscriptions",     "/v1/subscription_schedules"},
    {"Invoices",          "/v1/invoices"              },
    {"Checkout Sessions", "/v1/checkout/sessions"     },
};
const right to_sell[] = {
    {"Prices",          "/v1/prices"                       },
    {"Customer portal", "/v1/billing_portal/configurations"},
    {"Payment Methods", "/v1/payment_methods"              },
};
// Stripe looks at the right before it looks for the object.
const right to_write[] = {
    {"Customers",         "/v1/customers/cus_billhook0doctor",                            {}                                   },
    {"Subscriptions",     "/v1/subscriptions/sub_billhook0doctor",                        {}                                   },
    {"Subscriptions",     "/v1/subscription_schedules/sub_sched_billhook0doctor/release", {}                                   },
    {"Invoices",          "/v1/invoices/in_billhook0doctor/void",                         {}                                   },
    {"Checkout Sessions", "/v1/checkout/sessions/cs_test_billhook0doctor/expire",         {}                                   },
    {"Customer portal",   "/v1/billing_portal/sessions",                                  {{"customer", "cus_billhook0doctor"}}},
};

void add_missing(
    std::vector<doctor_finding>& found,
    const settings& told,
    const right& what,
    bool writes,
    const stripe::refusal& why
) {
    const char* const word = writes ? "Write" : "Read";
    const auto text = fmt::format(
        "the key may not {} {} ({})", writes ? "write" : "read", what.name, stripe::to_text(why)
    );
    const auto remedy = fmt::format(
        "https://dashboard.stripe.com/{}apikeys: edit the restricted key, {}: {}",
        told.livemode ? "" : "test/",
        what.name,
        word
    );
    found.push_back({severity::wrong, "stripe", text, remedy});
}

// False: the key itself is refused, and nothing else need be asked.
bool looked_at(
    const settings& told,
    const right& what,
    bool writes,
    const result<stripe::reply, stripe::refusal>& answer,
    std::vector<doctor_finding>& found
) {
    if (answer || (answer.error().status != 401 && answer.error().status != 403)) {
        return true;  // also that the object is not there
    }
    if (answer.error().status == 403) {
        add_missing(found, told, what, writes, answer.error());
        return true;
    }
    found.push_back(
        {severity::wrong,
         "stripe",
         fmt::format("Stripe does not take the key ({})", stripe::to_text(answer.error())),
         "stripe.secret_key (STRIPE_SECRET_KEY): is it another account's, or revoked?"}
    );
    return false;
}

void ask(const settings& told, stripe::client& from, std::vector<doctor_finding>& found) {
    const bool sells = !told.access.issuer.empty() || !told.access.service_tokens.empty();
    const auto reads = [&](const right& each) {
        const stripe::request what{.path = each.path, .query = {{"limit", "1"}}};
        return looked_at(told, each, false, from.get(what), found);
    };
    for (const right& each : to_read) {
        if (!reads(each)) {
            return;
        }
    }
    if (!sells) {
        return;
    }
    for (const right& each : to_sell) {
        static_cast<void>(reads(each));
    }
    int number = 0;
    const auto start = std::chrono::system_clock::now().time_since_epoch().count();
    for (const right& each : to_write) {
        const stripe::writing what{
            .path = each.path,
            .form = each.form,
            .key = fmt::format("doctor-{}-{}", start, ++number),
            .until = std::chrono::steady_clock::now() + 10s};
        static_cast<void>(looked_at(told, each, true, from.post(what), found));
    }
}

}  // namespace

void check_stripe(const settings& told, std::vector<doctor_finding>& found) {
    if (told.stripe.secret_key.empty()) {
        return;
    }
    const auto mode = stripe::livemode_of(told.stripe.secret_key);
    if (mode && *mode != told.livemode) {
        found.push_back(
            {severity::wrong,
             "stripe",
             fmt::format(
                 "stripe.secret_key is of {} mode, and livemode is {}",
                 *mode ? "live" : "test",
                 told.livemode
             ),
             fmt::format(
                 "give the key of https://dashboard.stripe.com/{}apikeys",
                 told.livemode ? "" : "test/"
             )}
        );
        return;
    }
    stripe::client_settings at;
    at.base = told.stripe.api_base;
    at.key = told.stripe.secret_key;
    at.bounds.connect = 3s;
    at.bounds.whole = 10s;
    at.retries.attempts = 2;
    stripe::client from(at, [](std::chrono::milliseconds pause) {
        std::this_thread::sleep_for(pause);
        return true;
    });
    try {
        ask(told, from, found);
    } catch (const stripe::failure& failed) {
        found.push_back(
            {severity::doubtful,
             "stripe",
             failed.what(),
             "see whether this machine reaches api.stripe.com, and https://status.stripe.com"}
        );
    }
}

void check_clerk(const settings& told, std::vector<doctor_finding>& found) {
    for (const endpoint_settings& each : told.ingest.endpoints) {
        const auto wanted = told.livemode ? endpoint_mode::live : endpoint_mode::test;
        if (each.kind != endpoint_kind::clerk || each.mode == wanted) {
            continue;
        }
        found.push_back(
            {severity::wrong,
             "clerk",
             fmt::format(
                 "endpoint {} is of mode {}, and the projection takes {} mode: what Clerk tells "
                 "there "
                 "makes organizations here all the same",
                 each.name,
                 to_word(each.mode),
                 to_word(wanted)
             ),
             fmt::format(
                 "give the endpoint the secret of Clerk's {} instance, and mode = \"{}\"",
                 told.livemode ? "production" : "development",
                 to_word(wanted)
             )}
        );
    }
}

}  // namespace billhook
