#pragma once

#include "worker/domain/objects.hpp"

#include <span>
#include <string>
#include <vector>

// What `fold` must be given, beyond the rows that its keys name. Some of it shows only by what has
// been read before, so whoever reads asks in this order: journal, subscriptions, facts of customers
// and invoices, of subscriptions, and their cases, invoices, declines. It does not grow with what
// is already known of an object: of its facts only those seconds that matter (worker/README.md,
// "Long histories").
namespace billhook {

// Of a history: its latest second, those that turn, and the second before each of these; and for
// each named one itself, the second before, and those after it up to the first that is not
// ambiguous.
struct seconds_asked {
    std::vector<std::string> objects;  // of which histories are asked, sorted
    std::vector<fact_key> named;       // seconds by (object, created); the event does not matter
    std::vector<std::string> whole;    // objects of which everything is asked, sorted
};

// Of the objects of `places`, and of `more`. Where the journal knows an event by another body, that
// body's fact may lie anywhere in the history.
[[nodiscard]] seconds_asked seconds_of(
    std::span<const fact_key> places,
    const std::map<event_id, journal_row>& journal,
    std::vector<std::string> more = {}
);
// Of the invoices that are named and known: who has a fact has a row (of `so_far`), and most are
// new.
[[nodiscard]] seconds_asked seconds_of_invoices(const object_keys& keys, const known& so_far);

// Of these (the subscriptions and the invoices' facts of `so_far` are read) the cases are told
// anew: their facts and cases are asked, sorted.
[[nodiscard]] std::vector<std::string> retold(const object_keys& keys, const known& so_far);

// Invoices that are asked besides those that ever failed: by their ids, sorted. Their facts are not
// asked, but of the keys' own.
[[nodiscard]] std::vector<invoice_id> invoices_told_of(
    const object_keys& keys,
    const known& so_far
);

// An invoice that may have failed, with this batch or before; asked are the paid ones that overtake
// it: newer ones of its subscription, up to the first that certainly does (not counting those asked
// for by their ids, which the batch may change). Those that are stored as
// failed are asked about in the same way, but need no list: only payments before they were settled
// by themselves matter there. These are the batch's own.
struct overtaken_asked {
    subscription_id subscription;
    instant created{};
    friend auto operator<=>(const overtaken_asked&, const overtaken_asked&) = default;
};
[[nodiscard]] std::vector<overtaken_asked> may_be_overtaken(
    const object_keys& keys,
    const known& so_far
);

// Refusals of a customer: of an invoice the latest second's (of those that are not the batch's own:
// another body may replace these), and all of a span of time.
struct declines_asked {
    struct of_invoice {
        customer_id customer;
        invoice_id invoice;
        friend auto operator<=>(const of_invoice&, const of_invoice&) = default;
    };
    struct of_time {
        customer_id customer;
        instant from{};
        instant to{};  // included
        friend auto operator<=>(const of_time&, const of_time&) = default;
    };
    std::vector<of_invoice> by_invoice;  // sorted
    std::vector<of_time> by_time;        // sorted
};
[[nodiscard]] declines_asked declines_told_of(const object_keys& keys, const known& so_far);

}  // namespace billhook
