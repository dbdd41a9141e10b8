#pragma once

#include "tests/loads/target.hpp"

#include <chrono>
#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::testing {

// An event that was posted: its id, and the bytes that are signed anew for each try.
struct posted {
    std::string id;
    std::string body;
};

// What honest clients came to, who post as Stripe does.
struct honest_figures {
    std::size_t sent = 0;
    std::map<int, std::size_t> by_status;  // 0: closed without an answer
    std::vector<std::chrono::microseconds>
        took;                           // from the connection's begin to the answer, rising
    std::size_t busy_without_hint = 0;  // 503 without Retry-After
    std::vector<std::string> served_ids;
    std::vector<posted> unserved;

    [[nodiscard]] std::size_t served() const;
    // Of so many in a thousand; zero if there is none.
    [[nodiscard]] std::chrono::microseconds quantile(std::size_t of_thousand) const;
};

struct honest_plan {
    std::size_t clients = 8;
    std::chrono::milliseconds between{40};  // two posts of one client
    std::size_t body_bytes = 3'000;         // of every tenth: ten times that
    std::chrono::milliseconds how_long{5'000};
    std::string_view name = "load";  // a part of every id
};

// Half of the clients keep their connection while they may, half make a new one for each post. Each
// waits for the answer as long as Stripe would. Blocks.
[[nodiscard]] honest_figures post_honestly(const target& to, const honest_plan& plan);
// The same events once more, one after another.
[[nodiscard]] honest_figures post_again(const target& to, const std::vector<posted>& events);

}  // namespace billhook::testing
