#pragma once

#include "schemas/json/writer.hpp"

#include <pqxx/connection>

#include <cstdint>
#include <string>
#include <vector>

// What an account looks like once it is taken over, and what is left to do.
namespace billhook {

// A customer that belongs to no organization.
struct unmapped_customer {
    std::string id;           // Stripe's
    std::int64_t living = 0;  // subscriptions that give or may give access
    std::int64_t ended = 0;
    bool asked_checkout = false;  // a Checkout session of it is known, which names nobody
};
// A row of the application or a link says that the organization is a customer that Stripe does not
// have. It is nobody's until that is corrected.
struct misnamed_customer {
    std::string id;
    std::string organization;
};
struct unlisted_price {
    std::string id;
    std::int64_t organizations = 0;
};
struct standing_count {
    std::string plan;  // empty: none
    std::string reason;
    std::string access;
    std::int64_t organizations = 0;
};

struct taken_over {
    std::int64_t mapped = 0;                  // customers
    std::vector<unmapped_customer> unmapped;  // with a living subscription first
    std::vector<unlisted_price> unlisted;
    std::vector<misnamed_customer> misnamed;
    std::vector<std::string> stale;  // organizations, at most a hundred; not those misnamed alone
    std::vector<standing_count> standings;

    // Customers with a living subscription that belong to nobody.
    [[nodiscard]] std::int64_t waiting() const;
    [[nodiscard]] bool complete() const {
        return waiting() == 0 && unlisted.empty() && stale.empty();
    }
};

// Why it belongs to nobody, in words, and the line to type.
[[nodiscard]] std::string why_unmapped(const unmapped_customer& which);
[[nodiscard]] std::string remedy_of(const unmapped_customer& which);
[[nodiscard]] std::string remedy_of(const misnamed_customer& which);

// Of the live projection; throws pqxx's errors, and postgres::failure without one. `misnamed`:
// customers that Stripe does not have, which no projection knows.
[[nodiscard]] taken_over read_taken_over(
    pqxx::connection& in,
    const std::vector<std::string>& misnamed
);

[[nodiscard]] std::string to_text(const taken_over& what);
// Its members, into an object that is open.
void add_to(json::writer& out, const taken_over& state);

}  // namespace billhook
