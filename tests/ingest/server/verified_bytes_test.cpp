#include "ingest/server/verified_bytes.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <doctest/doctest.h>

#include <array>
#include <thread>
#include <vector>

namespace billhook {
namespace {

using namespace std::chrono_literals;

TEST_CASE("verified bytes: who does not fit waits and is let in by order of asking") {
    boost::asio::io_context io;
    verified_bytes all{10};
    const auto ask = [&](std::size_t bytes) { return all.ask(bytes, io.get_executor()); };
    auto first = ask(6);
    auto second = ask(5);
    auto third = ask(1);
    CHECK(first.is_in());
    CHECK_FALSE(second.is_in());
    CHECK_FALSE(third.is_in());  // it would fit, but nobody overtakes
    first = {};
    CHECK(second.is_in());
    CHECK(third.is_in());
    CHECK(all.held() == 6);
    auto fourth = ask(5);
    auto fifth = ask(4);
    CHECK_FALSE(fourth.is_in());
    fourth = {};
    CHECK(fifth.is_in());
    second = {};
    third = {};
    fifth = {};
    CHECK(all.held() == 0);
    auto whole = ask(11);
    CHECK(whole.is_in());
    CHECK_FALSE(ask(1).is_in());
}

// Threads that ask, wait and give back: in the end nothing is held and nobody was forgotten.
TEST_CASE("verified bytes: threads share them and none waits for ever") {
    constexpr std::size_t bound = 100;
    verified_bytes all{bound};
    std::atomic<std::size_t> came{0};
    std::atomic<std::size_t> too_much{0};
    constexpr int sessions = 20;
    constexpr int rounds = 200;
    const auto session = [&](std::size_t seed) -> boost::asio::awaitable<void> {
        const auto executor = co_await boost::asio::this_coro::executor;
        for (std::size_t i = 0; i < rounds; ++i) {
            auto held = all.ask(1 + (seed * 31 + i * 17) % 60, executor);
            if (!held.is_in()) {
                const auto by = std::chrono::steady_clock::now() + 60s;
                const bool in = co_await held.place()->come(by);
                if (!in) {
                    co_return;
                }
            }
            too_much += all.held() > bound ? 1 : 0;
            ++came;
            co_await boost::asio::post(executor, boost::asio::use_awaitable);
        }
    };
    std::vector<std::thread> threads;
    for (std::size_t of = 0; of < 3; ++of) {
        threads.emplace_back([&, of] {
            boost::asio::io_context io{1};
            for (std::size_t i = 0; i < sessions; ++i) {
                boost::asio::co_spawn(io, session(of * sessions + i), boost::asio::detached);
            }
            io.run();
        });
    }
    for (auto& each : threads) {
        each.join();
    }
    CHECK(came == 3 * sessions * rounds);
    CHECK(too_much == 0);
    CHECK(all.held() == 0);
}

}  // namespace
}  // namespace billhook
