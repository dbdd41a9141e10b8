#include "ingest/api/service/price_board.hpp"

#include <doctest/doctest.h>

#include <chrono>

namespace billhook::api {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

price_board::known shown() {
    return std::make_shared<const std::vector<shown_prices>>();
}

}  // namespace

TEST_CASE("price board: Stripe is asked when what is known is old") {
    price_board board;
    const std::chrono::steady_clock::time_point start{};
    int asked = 0;
    price_board::known answer;
    const auto look = [&](std::chrono::steady_clock::duration after) {
        return board.look(
            [&] {
                ++asked;
                return answer;
            },
            start + after
        );
    };
    CHECK(look(seconds{0}) == nullptr);
    CHECK(look(seconds{9}) == nullptr);
    CHECK(asked == 1);  // what failed is not tried again at once
    answer = shown();
    const auto first = answer;
    CHECK(look(seconds{10}) == first);
    answer = shown();
    CHECK(look(minutes{5}) == first);
    CHECK(asked == 2);
    answer = nullptr;
    CHECK(look(minutes{6}) == first);  // what fails changes nothing
    CHECK(asked == 3);
    answer = shown();
    CHECK(look(minutes{7}) == answer);
}

TEST_CASE("price board: one asks and the others are told what is known") {
    price_board board;
    const std::chrono::steady_clock::time_point start{};
    const auto first = board.look([] { return shown(); }, start);
    const auto later = start + minutes{6};
    int asked = 0;
    const auto other = [&] {
        ++asked;
        return shown();
    };
    price_board::known meanwhile;
    const auto renewed = board.look(
        [&] {
            meanwhile = board.look(other, later);
            return shown();
        },
        later
    );
    CHECK(meanwhile == first);
    CHECK(asked == 0);
    CHECK(renewed != first);
}

}  // namespace billhook::api
