#include "tests/integration/recovery/stripe_mock.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include <chrono>
#include <csignal>
#include <cstdlib>
#include <fmt/format.h>
#include <thread>
#include <utility>

namespace billhook::testing {
namespace {

std::uint16_t free_port() {
    boost::asio::io_context context;
    const boost::asio::ip::tcp::acceptor some(
        context, {boost::asio::ip::address_v4::loopback(), 0}
    );
    return some.local_endpoint().port();
}

}  // namespace

stripe_mock::stripe_mock() : port_(free_port()) {
    const auto command = fmt::format(
        "tests/integration/recovery/stripe_mock.sh '{}/stripe-mock' {}",
        BILLHOOK_BUILD_FOLDER,
        port_
    );
    pipe_ = ::popen(command.c_str(), "r");
    REQUIRE(pipe_ != nullptr);
    char line[512] = "";
    REQUIRE(std::fgets(line, sizeof line, pipe_) != nullptr);
    process_ = std::atoi(line);
    if (process_ == 0) {
        std::printf("%s", line);
    }
}

stripe_mock::~stripe_mock() {
    if (process_ > 0) {
        ::kill(process_, SIGTERM);
    }
    ::pclose(pipe_);
}

stripe::client stripe_mock::client() const {
    stripe::client_settings told;
    told.base = fmt::format("http://127.0.0.1:{}", port_);
    told.key = secret("sk_test_0123456789abcdef");
    told.retries.attempts = 60;  // it reads megabytes of OpenAPI before it listens
    return stripe::client(std::move(told), [](std::chrono::milliseconds pause) {
        std::this_thread::sleep_for(pause);
        return true;
    });
}

}  // namespace billhook::testing
