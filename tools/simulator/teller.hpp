#pragma once

#include "tools/simulator/account_settings.hpp"
#include "tools/simulator/fresh_ids.hpp"
#include "tools/simulator/told.hpp"

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook::simulator {

// When something is told, and by whose request it came about.
struct occasion {
    instant at{};
    std::string request;  // empty: Stripe acts by itself
};

// Tells of one account's objects: makes the events that Stripe sends, a body for each version of
// the API, and keeps what was told. `settings` and `ids` are the account's and outlive it.
class teller {
public:
    teller(const account_settings& settings, fresh_ids& ids) : settings_(settings), ids_(ids) {}
    teller(const teller&) = delete;
    teller& operator=(const teller&) = delete;

    void tell(const occasion& on, const std::string& type, const subscription& what);
    void tell(const occasion& on, const std::string& type, const invoice& what);
    void tell(const occasion& on, const std::string& type, const customer& what);
    void tell(const occasion& on, const std::string& type, const schedule& what);
    void tell(const occasion& on, const std::string& type, const checkout_session& what);
    // Of the charge, payment intent or the like that `type` names.
    void tell_side(
        const occasion& on,
        const std::string& type,
        const invoice& about,
        std::string_view status
    );
    // From now on events whose type begins with `prefix` are never sent; `hear` ends it.
    void lose(std::string prefix) { lost_.push_back(std::move(prefix)); }
    void hear() { lost_.clear(); }
    // That the price has lost its lookup key is no change that an event tells.
    void forget_lookup_key(const std::string& price);

    [[nodiscard]] const std::vector<sent_event>& events() const { return events_; }
    [[nodiscard]] const told_record& told() const { return told_; }

private:
    [[nodiscard]] bool is_lost(std::string_view type) const;
    [[nodiscard]] bool tells_pause_reason() const;
    template <class Object>
    void append(
        const occasion& on,
        const std::string& type,
        const Object& now,
        const Object* before
    );

    const account_settings& settings_;
    fresh_ids& ids_;
    std::vector<std::string> lost_;
    std::vector<sent_event> events_;
    told_record told_;
    // As of the last `*.created` or `*.updated`: what previous_attributes are told against.
    std::map<std::string, customer> customers_before_;
    std::map<std::string, subscription> subscriptions_before_;
    std::map<std::string, invoice> invoices_before_;
    std::map<std::string, schedule> schedules_before_;
};

}  // namespace billhook::simulator
