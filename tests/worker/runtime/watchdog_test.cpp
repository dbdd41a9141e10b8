#include "worker/runtime/watchdog.hpp"

#include <doctest/doctest.h>

#include <array>
#include <functional>
#include <sstream>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace billhook {

namespace {

using namespace std::chrono_literals;

// How a process ends that does this and then hangs for good.
int end_of(const std::function<void(watchdog&)>& does, std::chrono::milliseconds patience) {
    const auto child = ::fork();
    REQUIRE(child >= 0);
    if (child == 0) {
        std::ostringstream said;
        log lines("worker", log_level::error, log_format::text, said);
        watchdog dog(patience, lines);
        does(dog);
        for (;;) {
            ::pause();
        }
    }
    int status = 0;
    REQUIRE(::waitpid(child, &status, 0) == child);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

}  // namespace

TEST_CASE("watchdog: a thread without a sign of life ends the process") {
    const int code = end_of(
        [](watchdog& dog) {
            static_cast<void>(dog.watch("thread"));
            dog.start();
        },
        100ms
    );
    CHECK(code == 1);
}

TEST_CASE("watchdog: a stop that takes longer than it may ends with the code it was given") {
    for (const exit_code how : {exit_code::done, exit_code::refused}) {
        const int code = end_of(
            [&](watchdog& dog) {
                dog.start();
                dog.end_within(50ms, how);
            },
            1h
        );
        CHECK(code == to_int(how));
    }
}

TEST_CASE("watchdog: it is quiet when it is ended in time") {
    std::ostringstream said;
    log lines("worker", log_level::debug, log_format::text, said);
    watchdog dog(1h, lines);
    static_cast<void>(dog.watch("thread"));
    dog.start();
    dog.end_within(1h, exit_code::done);
    dog.end();
    CHECK(said.str().empty());
}

TEST_CASE("watchdog: a thread that waits for a frozen database loses its connection and goes on") {
    std::ostringstream said;
    log lines("worker", log_level::info, log_format::text, said);
    watchdog dog(4s, lines);
    heartbeat& signs = dog.watch("consumer-1");
    std::array<int, 2> ends{};
    REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM, 0, ends.data()) == 0);
    signs.waits_on(ends[0]);
    dog.start();
    // The other end never writes: what ends this is the watchdog.
    char byte = 0;
    CHECK(::read(ends[0], &byte, 1) == 0);
    signs.waits_on(-1);
    signs.beat();
    dog.end();
    CHECK(said.str().find("its connection is cut") != std::string::npos);
    CHECK_FALSE(signs.cut());
    ::close(ends[0]);
    ::close(ends[1]);
}

}  // namespace billhook
