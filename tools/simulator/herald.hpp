#pragma once

#include "tools/simulator/objects.hpp"
#include "tools/simulator/shop.hpp"

#include <boost/json.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {

// What has happened in a shop since it was asked last, as the bodies of Stripe's events: of
// customers, then of schedules, then of each subscription with its latest invoice. Pure.
class herald {
public:
    [[nodiscard]] std::vector<std::string> news(
        const std::vector<customer>& customers,
        const shop& of,
        instant now
    );

private:
    // Adds the event if the object is another one than last.
    void look_at(
        const boost::json::object& object,
        std::string_view kind,
        instant now,
        std::vector<std::string>& into
    );

    std::map<std::string, boost::json::object> told_;  // the last of each, by id
    std::size_t events_ = 0;
};

}  // namespace billhook::simulator
