#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

// The fields of Stripe's objects that Billhook reads, listed once: as a template over what a field
// holds. `as_it_is` gives the object's state, `std::optional` gives the part of it that
// `previous_attributes` names. `members()` lists them for code that treats all alike (chain, walk,
// text).
namespace billhook::stripe {

template <class T>
using as_it_is = T;

// One price of a subscription. Product and lookup key follow from the price, and are missing from
// legacy `plan` hashes: where contents are compared to order facts, they do not count.
struct subscription_item {
    std::optional<std::string> price;  // price id, else legacy plan id
    std::optional<std::string> product;
    std::optional<std::string> lookup_key;
    std::optional<std::int64_t> quantity;  // absent for metered prices
    std::optional<instant> period_start;   // since 2025-03-31.basil
    std::optional<instant> period_end;

    friend bool operator==(const subscription_item&, const subscription_item&) = default;
};

template <template <class> class Field>
struct subscription_fields {
    Field<std::string> status{};  // Stripe's word, also one we do not know
    Field<std::optional<customer_id>> customer{};
    Field<std::optional<invoice_id>> latest_invoice{};
    Field<std::vector<subscription_item>> items{};  // in the body's order
    Field<std::optional<instant>> period_start{};   // top level, before basil
    Field<std::optional<instant>> period_end{};
    Field<std::optional<instant>> trial_end{};
    Field<std::optional<instant>> cancel_at{};
    Field<bool> cancel_at_period_end{};
    Field<std::optional<organization_id>> organization{};  // metadata.organization_id
    Field<std::optional<instant>> created{};

    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
    static auto tied(auto& of) {
        return std::tie(
            of.status,
            of.customer,
            of.latest_invoice,
            of.items,
            of.period_start,
            of.period_end,
            of.trial_end,
            of.cancel_at,
            of.cancel_at_period_end,
            of.organization,
            of.created
        );
    }
    friend bool operator==(const subscription_fields& a, const subscription_fields& b) {
        return a.members() == b.members();
    }
};

template <template <class> class Field>
struct invoice_fields {
    // draft, open, paid, uncollectible, void, or a word we do not know. Bodies from before 2018-11
    // have none; the parser derives it: paid flag, then forgiven, then the event's type, then
    // closed.
    Field<std::string> status{};
    Field<std::optional<customer_id>> customer{};
    Field<std::optional<subscription_id>> subscription{};
    Field<std::optional<std::string>> billing_reason{};
    Field<std::int64_t> attempt_count{};
    Field<std::optional<std::int64_t>> amount_due{};  // minor units of `currency`
    Field<std::optional<std::int64_t>> amount_remaining{};
    Field<std::optional<std::string>> currency{};
    Field<std::optional<instant>> finalized_at{};  // status_transitions
    Field<std::optional<instant>> paid_at{};
    Field<std::optional<instant>> voided_at{};
    Field<std::optional<instant>> marked_uncollectible_at{};
    Field<std::optional<instant>> created{};

    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
    static auto tied(auto& of) {
        return std::tie(
            of.status,
            of.customer,
            of.subscription,
            of.billing_reason,
            of.attempt_count,
            of.amount_due,
            of.amount_remaining,
            of.currency,
            of.finalized_at,
            of.paid_at,
            of.voided_at,
            of.marked_uncollectible_at,
            of.created
        );
    }
    friend bool operator==(const invoice_fields& a, const invoice_fields& b) {
        return a.members() == b.members();
    }
};

template <template <class> class Field>
struct customer_fields {
    Field<std::optional<organization_id>> organization{};  // metadata.organization_id
    Field<std::optional<instant>> created{};

    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
    static auto tied(auto& of) { return std::tie(of.organization, of.created); }
    friend bool operator==(const customer_fields& a, const customer_fields& b) {
        return a.members() == b.members();
    }
};

using subscription_state = subscription_fields<as_it_is>;
using subscription_replaced = subscription_fields<std::optional>;
using invoice_state = invoice_fields<as_it_is>;
using invoice_replaced = invoice_fields<std::optional>;
using customer_state = customer_fields<as_it_is>;
using customer_replaced = customer_fields<std::optional>;

}  // namespace billhook::stripe
