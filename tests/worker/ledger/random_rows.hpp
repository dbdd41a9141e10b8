#pragma once

#include "worker/domain/objects.hpp"
#include "worker/domain/standings.hpp"

#include <random>
#include <string>
#include <vector>

namespace billhook::tests {

// Rows of every table with values that no parser lets through but any column must keep: quotes,
// backslashes, commas, NULL as a word, emoji, empty texts, microseconds, the ends of the ranges.
// The same seed gives the same rows; ids are few, so that rows meet again.
class random_rows {
public:
    explicit random_rows(unsigned seed) : random_(seed) {}

    // Unique by primary key, sorted as the fold leaves them.
    [[nodiscard]] changes next_changes();
    [[nodiscard]] restated next_standings();
    // Every key that any of the rows can have.
    [[nodiscard]] static object_keys all_keys();
    [[nodiscard]] static std::vector<organization_id> all_organizations();

private:
    bool coin() { return random_() % 2 == 0; }
    int below(int end) { return static_cast<int>(random_() % static_cast<unsigned>(end)); }
    std::string text();
    instant time();
    std::int64_t number();
    template <class T, class Make>
    std::optional<T> maybe(const Make& make);
    template <class Fact>
    void fill_fact(Fact& fact, const char* prefix);
    void fill(stripe::subscription_state& state);
    void fill(stripe::invoice_state& state);
    stripe::subscription_fact subscription_fact();
    stripe::invoice_fact invoice_fact();
    stripe::customer_fact customer_fact();
    journal_row journal(int number);
    customer_row customer(int number);
    subscription_row subscription(int number);
    invoice_row invoice(int number);
    stripe::checkout_fact session(int number);
    mapping map(int number);
    stripe::decline_fact decline(int number);
    dunning_case one_case(int subscription, int number);

    std::mt19937 random_;
};

}  // namespace billhook::tests
