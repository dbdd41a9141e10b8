#pragma once

#include "schemas/types/ids.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/money.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// What a notice tells an organization (worker/README.md, "The policy"). The words are those of JSON
// and of SQL.
enum class notice_kind : std::uint8_t {
    payment_failed,
    action_required,
    reminder,
    final_warning,
    access_restricted,
    access_removed,
    recovered,
    canceled,
    trial_ending,
    grant_ending
};
[[nodiscard]] std::string_view to_word(notice_kind what);

// The value of a record of billing.notices; its key is the organization. It names invoices and
// customer by id only: an address or a payment link is looked up by whoever sends.
struct notice {
    std::string id;  // header `notice-id`, and the e-mail's Message-ID; see notice_id
    notice_kind kind = notice_kind::payment_failed;
    // "0d", "3d" ... after the case's anchor; else the kind's own word, and of a grant its id.
    std::string step;
    organization_id organization;
    subscription_id subscription;             // scoped
    std::optional<customer_id> customer;      // scoped
    std::optional<std::string> plan;          // key in plans.toml; of `grant_ending` what it gave
    std::optional<instant> case_anchor;       // of the dunning case, if it is about one
    std::optional<instant> grace_until;       // then access becomes restricted
    std::optional<instant> restricted_until;  // then it ends
    std::optional<instant> trial_end;         // of `trial_ending`
    std::optional<instant> grant_end;         // of `grant_ending`
    // The case's invoices that are still to be paid, by id. Nothing says what they cost if their
    // own facts are not here yet.
    struct open_invoice {
        invoice_id id;
        std::optional<money> amount_remaining;
        friend bool operator==(const open_invoice&, const open_invoice&) = default;
    };
    std::vector<open_invoice> invoices;

    friend bool operator==(const notice&, const notice&) = default;
};

// "ntc_" and 24 hex digits of SHA-256 over subscription, anchor in Unix seconds and step, NUL
// between.
[[nodiscard]] std::string notice_id(
    const subscription_id& subscription,
    instant anchor,
    std::string_view step
);

enum class notice_error : std::uint8_t { not_json, bad_notice };
[[nodiscard]] std::string_view to_word(notice_error why);
// {"id":...,"kind":...,"step":...,"organization":...,"subscription":...,"customer":...,"plan":...,
//  "case":{"anchor":...,"grace_until":...,"restricted_until":...}|null,"trial_end":...,
//  "grant_end":...,"invoices":[{"id":...,"amount_remaining":...,"currency":...}]}; times as RFC
//  3339, null if none.
[[nodiscard]] std::string to_json(const notice& what);
// Unknown members are skipped.
[[nodiscard]] result<notice, notice_error> parse_notice(std::string_view body);

}  // namespace billhook
