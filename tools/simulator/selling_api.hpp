#pragma once

#include "tools/simulator/api_server.hpp"
#include "tools/simulator/herald.hpp"
#include "tools/simulator/objects.hpp"
#include "tools/simulator/shop.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {

// How a POST ends that could have gone well.
enum class write_fault : std::uint8_t {
    none,
    lost,          // done, and the answer is cut on its way
    failed,        // a 500, and nothing is done; both for as long as the key lives
    failed_done,   // a 500 as well, but it was done
    rate_limited,  // 429, nothing stored
    locked,        // 429 lock_timeout, nothing stored
    declined,      // 402, stored
};

struct selling_settings {
    std::string key = "sk_test_simulated0000000";
    std::function<instant()> now;
    // Asked once for each POST that is executed, not for one that is answered as before; from any
    // thread. Empty: none.
    std::function<write_fault(const api_call&)> fault{};
    // How long a POST takes: so long another one with its key is told that it is in use.
    std::chrono::milliseconds working{0};
    std::vector<price> prices{};
    // Told what happened, as bodies of events in their order; while the simulated Stripe waits.
    // Empty: nobody is told.
    std::function<void(std::vector<std::string>)> tell{};
    // Links lead to `hosted_pages` of the host that was asked, not to what looks like Stripe's.
    bool hosts_pages = false;
};

// What a link to the portal is for.
struct portal_session {
    std::string customer;
    std::string return_url;
};

// The simulated Stripe's /v1 for those who write: customers, portal sessions and what its `shop`
// sells are made, under idempotency keys as Stripe has them: a key is answered once for all, with
// Idempotent-Replayed from then on; other parameters under it are an error; while it is executed,
// 409. What is refused for its parameters is not stored. Any thread.
class selling_api {
public:
    explicit selling_api(selling_settings settings)
        : settings_(std::move(settings)), shop_(settings_.prices, settings_.now) {}

    [[nodiscard]] api_answer answer(const api_call& call);

    // Acts of its owner.
    void delete_customer(const std::string& id);
    void open_invoice(const std::string& customer, const std::string& hosted_invoice_url);
    bool confirm(const std::string& subscription);  // see shop
    void end(const std::string& subscription);
    void decline(bool so);
    void pause(const std::string& subscription);
    bool complete(const std::string& session);
    bool renew(const std::string& subscription, bool pays);
    void cancel_at_end(const std::string& subscription, bool so);
    // He gives another card in the portal: it is the customer's default from then on. Its id.
    std::string change_card(const std::string& customer);

    // What there is, for counting.
    [[nodiscard]] std::vector<customer> customers() const;
    [[nodiscard]] std::vector<sold_subscription> subscriptions() const;
    [[nodiscard]] std::vector<sold_session> sessions() const;
    [[nodiscard]] std::vector<sold_schedule> schedules() const;
    // The card that is charged for it: its own, else the customer's default; empty: none.
    [[nodiscard]] std::string charged(const std::string& subscription) const;
    [[nodiscard]] std::size_t portal_sessions() const;
    [[nodiscard]] std::optional<portal_session> portal(const std::string& id) const;
    [[nodiscard]] std::size_t executed() const;  // POSTs, without those answered as before

private:
    struct keyed {
        std::string said;                  // path and parameters
        std::optional<api_answer> answer;  // nothing: it is executed at this moment
    };
    struct open_invoice_row {
        std::string id;
        std::string customer;
        std::string link;
    };

    [[nodiscard]] api_answer write(const api_call& call);
    [[nodiscard]] api_answer execute(const api_call& call);
    [[nodiscard]] api_answer update_customer(const api_call& call, customer& who);
    [[nodiscard]] customer* living(const std::string& id);
    [[nodiscard]] api_answer remove(const api_call& call);
    [[nodiscard]] api_answer read(const api_call& call) const;
    [[nodiscard]] api_answer list_customers(const api_call& call) const;
    [[nodiscard]] api_answer list_invoices(const api_call& call) const;
    [[nodiscard]] bool lives(const std::string& customer) const;
    void tell_news();

    selling_settings settings_;
    mutable std::mutex guard_;  // of all below
    std::map<std::string, keyed> keys_;
    shop shop_;
    std::vector<customer> customers_;  // as made
    std::vector<open_invoice_row> invoices_;
    std::vector<portal_session> portals_;
    herald herald_;
    std::size_t executed_ = 0;
};

}  // namespace billhook::simulator
