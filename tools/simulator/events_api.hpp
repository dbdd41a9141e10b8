#pragma once

#include "tools/simulator/api_server.hpp"
#include "tools/simulator/random.hpp"
#include "tools/simulator/recorded_account.hpp"
#include "tools/simulator/scenario.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {

struct events_api_settings {
    std::string key = "sk_test_simulated0000000";
    // Stripe's clock; every answer's `Date`. Events over 30 days old are gone from the list.
    std::function<instant()> now;
    bool livemode = false;
    std::uint64_t seed = 1;
    // Shares of all requests that end badly: 429 (with a reason), 500, a connection that is cut in
    // the middle of an answer, an answer that does not end.
    double rate_limited = 0;
    double broken = 0;
    double cut = 0;
    double slow = 0;
};

// The simulated Stripe's /v1 over the lives of a scenario, or over an account that was recorded:
// events, customers, subscriptions and their schedules, invoices, Checkout sessions and prices, as
// Stripe last told of them; listed newest first, a page at a time, or one by its id. Answers as
// Stripe does: 401 for another key, 400 for a parameter that a list does not have, 404 for what
// never was. Copies what it needs of the lives. Not copied nor moved while a server asks it.
class events_api {
public:
    events_api(std::span<const organization_life> lives, events_api_settings settings);
    // Shows every object as it was recorded, in whatever version of the API that was.
    events_api(const recorded_account& account, events_api_settings settings);

    [[nodiscard]] api_answer answer(const api_call& call);

private:
    struct item {
        std::string id;
        instant created{};
        std::size_t order = 0;                                   // as made
        std::map<std::string, std::string, std::less<>> fields;  // that lists can be narrowed by
        std::string body;
    };
    struct list {
        std::vector<std::string_view> parameters;  // beside limit, cursors and created[...]
        std::vector<item> items;                   // newest first
        std::map<std::string, std::size_t> by_id;
    };

    explicit events_api(events_api_settings settings);
    void add(const std::string& path, item what);
    void put_in_order();
    void add_life(const organization_life& life);
    void add_event(const sent_event& sent);
    void add_price(const price& what, instant seen);
    [[nodiscard]] std::optional<api_answer> fault();
    [[nodiscard]] api_answer page_of(const std::string& path, const list& of, const api_call& call)
        const;
    [[nodiscard]] api_answer one_of(const list& of, const std::string& id) const;

    events_api_settings settings_;
    random_source random_;
    std::map<std::string, list> lists_;  // by path
};

}  // namespace billhook::simulator
