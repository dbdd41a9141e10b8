#pragma once

#include "worker/domain/objects.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// What of a tenant grows: event after event of one kind.
enum class history_of : std::uint8_t {
    seats,          // one subscription's quantity
    customer,       // one customer that is updated all the time
    invoices,       // paid invoices of one subscription
    refusals,       // refused attempts for one invoice
    subscriptions,  // of one customer
    customers,      // of one organization, each with a subscription
};
[[nodiscard]] std::string_view to_word(history_of what);

// A tenant that tells of one thing. A value.
class bench_tenant {
public:
    bench_tenant(history_of what, const std::string& name);

    // What must be known before: its subscription, where another thing grows.
    [[nodiscard]] std::vector<received> beginning() const;
    // Event `number`, `seconds_between` after the one before; `late` seconds behind its own place
    // (less than that, else it lies behind other events) it is another event.
    [[nodiscard]] received next(std::int64_t number, std::int64_t late = 0) const;

    static constexpr std::int64_t seconds_between = 10;

private:
    [[nodiscard]] stripe::subscription_fact subscription(
        const std::string& id,
        const customer_id& customer,
        instant at
    ) const;
    [[nodiscard]] stripe::invoice_fact invoice(const std::string& id, instant at) const;

    history_of what_;
    std::string name_;
};

}  // namespace billhook
