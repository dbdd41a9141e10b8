#include "tests/ingest/server/served.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <future>
#include <stdexcept>

namespace billhook::testing {

namespace {

namespace asio = boost::asio;

constexpr const char* test_secret = "whsec_test_secret_of_the_raw_table";

asio::ip::tcp::endpoint loopback() {
    return {asio::ip::make_address("127.0.0.1"), 0};
}

}  // namespace

std::vector<endpoint> test_endpoints() {
    endpoint main;
    main.name = "main";
    main.path = test_path;
    main.mode = endpoint_mode::test;
    main.secrets.push_back({"first", signing_key{secret{test_secret}}, std::nullopt});
    std::vector<endpoint> all;
    all.push_back(std::move(main));
    return all;
}

asio::awaitable<delivery> memory_log::append(
    record what,
    [[maybe_unused]] reservation held,
    std::chrono::milliseconds deadline
) {
    still.lock();
    still.unlock();
    if (fail) {
        throw std::runtime_error{"the log of record failed"};
    }
    if (!forget) {
        const std::scoped_lock lock{guard_};
        records_.push_back(std::move(what));
    }
    if (hold) {
        const auto executor = co_await asio::this_coro::executor;
        asio::steady_timer timer{executor, deadline};
        co_await timer.async_wait(asio::use_awaitable);
        co_return delivery::unknown;
    }
    co_return answer;
}

std::vector<record> memory_log::records() const {
    const std::scoped_lock lock{guard_};
    return records_;
}

std::size_t memory_log::count() const {
    const std::scoped_lock lock{guard_};
    return records_.size();
}

std::string signature_of(std::string_view body) {
    thread_local const signing_key key{secret{test_secret}};
    std::string text = "t=1700000000,v1=";
    for (const auto byte : key.sign("1700000000", body)) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

served::served(
    const limits& bounds,
    trusted_proxies proxies,
    std::chrono::milliseconds append_deadline
)
    : bounds_(bounds),
      proxies_(std::move(proxies)),
      admitted_(bounds_),
      server_metrics_(metrics_, "webhook"),
      gateway_metrics_(metrics_, test_endpoints()),
      log_("ingest", log_level::info, log_format::text, lines_),
      handler_(
          test_endpoints(),
          log_of_record,
          admitted_.verified(),
          gateway_metrics_,
          log_,
          clock_,
          append_deadline
      ),
      listener_(
          io_,
          listening_socket(io_, loopback()),
          session_context{bounds_, admitted_, proxies_, handler_, server_metrics_, clock_},
          log_
      ),
      port_(listener_.address().port()) {
    listener_.start();
    thread_ = std::thread{[this] { io_.run(); }};
}

served::~served() {
    stop(std::chrono::milliseconds{0});
}

void served::stop(std::chrono::milliseconds finish) {
    if (stopped_) {
        return;
    }
    stopped_ = true;
    asio::co_spawn(io_, listener_.stop(finish), asio::detached);
    thread_.join();
}

}  // namespace billhook::testing
