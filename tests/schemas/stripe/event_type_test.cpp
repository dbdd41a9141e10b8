#include "schemas/stripe/event_type.hpp"

#include <doctest/doctest.h>

#include <string_view>

namespace billhook::stripe {

TEST_CASE("event type: the table knows each used type by its whole name") {
    using kind = object_kind;
    const struct {
        std::string_view name;
        object_kind about;
        place within_second;
        evidence says;
    } rows[] = {
        {"customer.created",                             kind::customer,         place::first,  evidence::none          },
        {"customer.updated",                             kind::customer,         place::middle, evidence::none          },
        {"customer.deleted",                             kind::customer,         place::last,   evidence::none          },
        {"customer.subscription.created",                kind::subscription,     place::first,  evidence::none          },
        {"customer.subscription.updated",                kind::subscription,     place::middle, evidence::none          },
        {"customer.subscription.deleted",                kind::subscription,     place::last,   evidence::none          },
        {"customer.subscription.paused",                 kind::subscription,     place::middle, evidence::none          },
        {"customer.subscription.resumed",                kind::subscription,     place::middle, evidence::none          },
        {"customer.subscription.trial_will_end",         kind::subscription,     place::middle, evidence::none          },
        {"customer.subscription.pending_update_applied",
         kind::subscription,
         place::middle,
         evidence::none                                                                                                 },
        {"customer.subscription.pending_update_expired",
         kind::subscription,
         place::middle,
         evidence::none                                                                                                 },
        {"invoice.created",                              kind::invoice,          place::first,  evidence::none          },
        {"invoice.finalized",                            kind::invoice,          place::middle, evidence::none          },
        {"invoice.finalization_failed",                  kind::invoice,          place::middle, evidence::none          },
        {"invoice.updated",                              kind::invoice,          place::middle, evidence::none          },
        {"invoice.paid",                                 kind::invoice,          place::middle, evidence::none          },
        {"invoice.payment_succeeded",                    kind::invoice,          place::middle, evidence::none          },
        {"invoice.payment_failed",                       kind::invoice,          place::middle, evidence::payment_failed},
        {"invoice.payment_action_required",
         kind::invoice,
         place::middle,
         evidence::payment_action_required                                                                              },
        {"invoice.payment_attempt_required",             kind::invoice,          place::middle, evidence::none          },
        {"invoice.overpaid",                             kind::invoice,          place::middle, evidence::none          },
        {"invoice.sent",                                 kind::invoice,          place::middle, evidence::none          },
        {"invoice.voided",                               kind::invoice,          place::middle, evidence::none          },
        {"invoice.marked_uncollectible",                 kind::invoice,          place::middle, evidence::none          },
        {"invoice.deleted",                              kind::invoice,          place::last,   evidence::none          },
        {"invoice.overdue",                              kind::invoice,          place::middle, evidence::overdue       },
        {"invoice.will_be_due",                          kind::invoice,          place::middle, evidence::none          },
        {"checkout.session.completed",                   kind::checkout_session, place::middle, evidence::none          },
        {"checkout.session.async_payment_succeeded",
         kind::checkout_session,
         place::middle,
         evidence::none                                                                                                 },
        {"checkout.session.async_payment_failed",
         kind::checkout_session,
         place::middle,
         evidence::none                                                                                                 },
        {"checkout.session.expired",                     kind::checkout_session, place::middle, evidence::none          },
        {"charge.failed",                                kind::charge,           place::middle, evidence::none          },
        {"payment_intent.payment_failed",                kind::payment_intent,   place::middle, evidence::none          },
        {"subscription_schedule.aborted",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"subscription_schedule.canceled",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"subscription_schedule.completed",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"subscription_schedule.created",
         kind::subscription_schedule,
         place::first,
         evidence::none                                                                                                 },
        {"subscription_schedule.expiring",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"subscription_schedule.released",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"subscription_schedule.updated",
         kind::subscription_schedule,
         place::middle,
         evidence::none                                                                                                 },
        {"charge.succeeded",                             kind::none,             place::middle, evidence::none          },
        {"invoice.upcoming",                             kind::none,             place::middle, evidence::none          },
        {"invoice",                                      kind::none,             place::middle, evidence::none          },
        {"invoice.paid ",                                kind::none,             place::middle, evidence::none          },
        {"Invoice.paid",                                 kind::none,             place::middle, evidence::none          },
        {"invoice_payment.paid",                         kind::none,             place::middle, evidence::none          },
        {"invoiceitem.created",                          kind::none,             place::middle, evidence::none          },
        {"v1.invoice.paid",                              kind::none,             place::middle, evidence::none          },
        {"customer.source.created",                      kind::none,             place::middle, evidence::none          },
        {"",                                             kind::none,             place::middle, evidence::none          },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const event_type& type = type_of(row.name);
        CHECK(type.about == row.about);
        CHECK(type.within_second == row.within_second);
        CHECK(type.says == row.says);
    }
}

}  // namespace billhook::stripe
