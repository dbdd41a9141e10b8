#pragma once

#include "tools/simulator/api_server.hpp"
#include "tools/simulator/objects.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace billhook::simulator {

// What the simulated Stripe has for sale, and what else its owner sets up: products, prices with
// their lookup keys, configurations of the portal, endpoints of webhooks. As Stripe: a price's
// amount is for ever, a lookup key belongs to one price and goes to another only when that is asked
// for, and an endpoint's secret stands in the answer that made it alone. Parameters that it does
// not know are refused. One thread at a time.
class stock {
public:
    // Each price with its product.
    explicit stock(std::vector<price> prices);

    // Nothing: the path is none of these.
    [[nodiscard]] std::optional<api_answer> write(const api_call& call);
    [[nodiscard]] std::optional<api_answer> read(const api_call& call) const;

    // Whether the portal opens with that configuration, or without one: not if there are some, as
    // none that is made here is the account's default.
    [[nodiscard]] bool opens_portal(const std::string& configuration) const;
    [[nodiscard]] const price* find(const std::string& price_id) const;
    [[nodiscard]] const std::vector<price>& prices() const { return prices_; }

private:
    // Of one folder: what is kept as it is shown.
    struct shelf {
        std::string folder;                // "/v1/products"
        std::string object;                // "product"
        std::string id_begins;             // "prod_"
        std::set<std::string> parameters;  // to create, places in lists as "#"
        std::vector<boost::json::object> things;
    };

    [[nodiscard]] api_answer make(shelf& in, const api_call& call);
    [[nodiscard]] api_answer change(shelf& in, const std::string& id, const api_call& call);
    [[nodiscard]] std::optional<api_answer> write_price(const api_call& call);
    [[nodiscard]] api_answer make_price(const api_call& call);
    [[nodiscard]] std::optional<api_answer> read_prices(const api_call& call) const;
    [[nodiscard]] bool has_product(const std::string& id) const;

    std::vector<price> prices_;
    shelf products_;
    shelf portals_;
    shelf endpoints_;
};

}  // namespace billhook::simulator
