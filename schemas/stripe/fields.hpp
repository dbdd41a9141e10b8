#pragma once

#include "schemas/stripe/subscription_fields.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>

// The fields of Stripe's objects that Billhook reads, listed once: as a template over what a field
// holds. `as_it_is` gives the object's state, `std::optional` gives the part of it that
// `previous_attributes` names. `members()` and `names` list them for code that treats all alike
// (chain, walk, text, columns).
namespace billhook::stripe {

template <class T>
using as_it_is = T;

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

    static constexpr std::string_view names =
        "status customer subscription billing_reason attempt_count amount_due "
        "amount_remaining currency finalized_at paid_at voided_at marked_uncollectible_at "
        "created";
    [[nodiscard]] static auto tied(auto& fields) {
        return std::tie(
            fields.status,
            fields.customer,
            fields.subscription,
            fields.billing_reason,
            fields.attempt_count,
            fields.amount_due,
            fields.amount_remaining,
            fields.currency,
            fields.finalized_at,
            fields.paid_at,
            fields.voided_at,
            fields.marked_uncollectible_at,
            fields.created
        );
    }
    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
    friend bool operator==(const invoice_fields& a, const invoice_fields& b) {
        return a.members() == b.members();
    }
};

template <template <class> class Field>
struct customer_fields {
    Field<std::optional<organization_id>> organization{};  // metadata.organization_id
    Field<std::optional<instant>> created{};

    static constexpr std::string_view names = "organization created";
    [[nodiscard]] static auto tied(auto& fields) {
        return std::tie(fields.organization, fields.created);
    }
    [[nodiscard]] auto members() const { return tied(*this); }
    [[nodiscard]] auto members() { return tied(*this); }
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

// Calls field(name, member) for each.
template <class Fields>
void each_field(Fields& fields, const auto& field) {
    static_assert(std::ranges::count(Fields::names, ' ') + 1 == std::tuple_size_v<decltype(fields.members())>);
    std::string_view left = Fields::names;
    const auto next = [&left] {
        const std::string_view name = left.substr(0, left.find(' '));
        left.remove_prefix(std::min(left.size(), name.size() + 1));
        return name;
    };
    std::apply([&](auto&... members) { (field(next(), members), ...); }, fields.members());
}

}  // namespace billhook::stripe
