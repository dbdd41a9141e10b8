#include "schemas/stripe/event_type.hpp"

#include <algorithm>
#include <array>

namespace billhook::stripe {

namespace {

constexpr auto subscription = object_kind::subscription;
constexpr auto invoice = object_kind::invoice;
constexpr auto customer = object_kind::customer;
constexpr auto checkout = object_kind::checkout_session;
constexpr auto schedule = object_kind::subscription_schedule;
constexpr auto charge = object_kind::charge;
constexpr auto payment_intent = object_kind::payment_intent;
constexpr auto first = place::first;
constexpr auto middle = place::middle;
constexpr auto last = place::last;
constexpr auto nothing = evidence::none;
constexpr auto failed = evidence::payment_failed;
constexpr auto action = evidence::payment_action_required;
constexpr auto overdue = evidence::overdue;

// Sorted by name. What is missing is ignored: also `invoice.upcoming`, whose invoice has no id.
// clang-format off
constexpr std::array table = std::to_array<event_type>({
    {"charge.failed",                                charge,       middle, nothing, ""},
    {"checkout.session.async_payment_failed",        checkout,     middle, nothing, ""},
    {"checkout.session.async_payment_succeeded",     checkout,     middle, nothing, ""},
    {"checkout.session.completed",                   checkout,     middle, nothing, ""},
    {"checkout.session.expired",                     checkout,     middle, nothing, ""},
    {"customer.created",                             customer,     first,  nothing, ""},
    {"customer.deleted",                             customer,     last,   nothing, ""},
    {"customer.subscription.created",                subscription, first,  nothing, ""},
    {"customer.subscription.deleted",                subscription, last,   nothing, ""},
    {"customer.subscription.paused",                 subscription, middle, nothing, ""},
    {"customer.subscription.pending_update_applied", subscription, middle, nothing, ""},
    {"customer.subscription.pending_update_expired", subscription, middle, nothing, ""},
    {"customer.subscription.resumed",                subscription, middle, nothing, ""},
    {"customer.subscription.trial_will_end",         subscription, middle, nothing, ""},
    {"customer.subscription.updated",                subscription, middle, nothing, ""},
    {"customer.updated",                             customer,     middle, nothing, ""},
    {"invoice.created",                              invoice,      first,  nothing, "draft"},
    {"invoice.deleted",                              invoice,      last,   nothing, "draft"},
    {"invoice.finalization_failed",                  invoice,      middle, nothing, "draft"},
    {"invoice.finalized",                            invoice,      middle, nothing, "open"},
    {"invoice.marked_uncollectible",                 invoice,      middle, nothing, "uncollectible"},
    {"invoice.overdue",                              invoice,      middle, overdue, "open"},
    {"invoice.overpaid",                             invoice,      middle, nothing, "paid"},
    {"invoice.paid",                                 invoice,      middle, nothing, "paid"},
    {"invoice.payment_action_required",              invoice,      middle, action,  "open"},
    {"invoice.payment_attempt_required",             invoice,      middle, nothing, "open"},
    {"invoice.payment_failed",                       invoice,      middle, failed,  "open"},
    {"invoice.payment_succeeded",                    invoice,      middle, nothing, "paid"},
    {"invoice.sent",                                 invoice,      middle, nothing, "open"},
    {"invoice.updated",                              invoice,      middle, nothing, ""},
    {"invoice.voided",                               invoice,      middle, nothing, "void"},
    {"invoice.will_be_due",                          invoice,      middle, nothing, "open"},
    {"payment_intent.payment_failed",                payment_intent, middle, nothing, ""},
    {"subscription_schedule.aborted",                schedule,     middle, nothing, ""},
    {"subscription_schedule.canceled",               schedule,     middle, nothing, ""},
    {"subscription_schedule.completed",              schedule,     middle, nothing, ""},
    {"subscription_schedule.created",                schedule,     first,  nothing, ""},
    {"subscription_schedule.expiring",               schedule,     middle, nothing, ""},
    {"subscription_schedule.released",               schedule,     middle, nothing, ""},
    {"subscription_schedule.updated",                schedule,     middle, nothing, ""},
});
// clang-format on

constexpr bool before(const event_type& a, const event_type& b) {
    return a.name < b.name;
}
static_assert(std::is_sorted(table.begin(), table.end(), before));

constexpr event_type unused{};

}  // namespace

const event_type& type_of(std::string_view name) {
    const auto row = std::lower_bound(table.begin(), table.end(), event_type{name}, before);
    return row != table.end() && row->name == name ? *row : unused;
}

std::span<const event_type> used_types() {
    return table;
}

}  // namespace billhook::stripe
