#include "schemas/io/process/stop.hpp"

#include <doctest/doctest.h>

#include <csignal>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace billhook {
using namespace std::chrono_literals;

TEST_CASE("stop: a request wakes every waiting thread and stays") {
    stop wish;
    CHECK_FALSE(wish.requested());
    CHECK_FALSE(wish.wait_for(1ms));
    bool first = false;
    bool second = false;
    std::thread one([&] { first = wish.wait_for(60s); });
    std::thread two([&] { second = wish.wait_for(60s); });
    wish.request();
    one.join();
    two.join();
    CHECK(first);
    CHECK(second);
    CHECK(wish.requested());
}

TEST_CASE("stop: SIGINT and SIGTERM request it") {
    for (const int signal : {SIGINT, SIGTERM}) {
        stop wish;
        ::raise(signal);
        CHECK(wish.wait_for(60s));
    }
}

TEST_CASE("stop: SIGHUP is ignored again and again") {
    const stop wish;
    ::raise(SIGHUP);
    ::raise(SIGHUP);
    CHECK_FALSE(wish.wait_for(1ms));
}

TEST_CASE("stop: the second signal ends the process at once") {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        stop wish;
        ::raise(SIGTERM);
        ::raise(SIGTERM);
        ::_exit(0);
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    REQUIRE(WIFEXITED(status));
    CHECK(WEXITSTATUS(status) == 1);
}

}  // namespace billhook
