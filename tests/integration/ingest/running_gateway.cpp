#include "tests/integration/ingest/running_gateway.hpp"

#include "tests/ingest/server/raw_client.hpp"

#include <boost/asio/ip/address.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace billhook::testing {

gateway_plan plan_of(const std::string& brokers, const std::string& topic, std::size_t threads) {
    gateway_plan plan;
    plan.listen = {boost::asio::ip::make_address("127.0.0.1"), 0};
    plan.admin_listen = {"127.0.0.1", 0};
    plan.threads = threads;
    plan.bounds = limits_from({});
    plan.kafka.client.brokers = brokers;
    plan.topic = topic;
    plan.endpoints = [] {
        endpoint at;
        at.name = "main";
        at.path = gateway_path;
        at.mode = endpoint_mode::test;
        at.secrets.push_back({"first", signing_key{secret{gateway_secret}}, std::nullopt});
        std::vector<endpoint> all;
        all.push_back(std::move(at));
        return all;
    };
    return plan;
}

std::string signature_of_now(std::string_view body) {
    const signing_key key{secret{gateway_secret}};
    const auto t = std::to_string(to_unix_seconds(system_clock{}.now()));
    auto text = fmt::format("t={},v1=", t);
    for (const auto byte : key.sign(t, body)) {
        text += fmt::format("{:02x}", byte);
    }
    return text;
}

std::string signed_post(std::string_view body) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nStripe-Signature: {}\r\n\r\n{}",
        gateway_path,
        body.size(),
        signature_of_now(body),
        body
    );
}

void post_all(std::uint16_t port, const std::vector<std::string>& bodies) {
    std::vector<std::unique_ptr<raw_client>> clients;
    for (int i = 0; i < 16; ++i) {
        clients.push_back(std::make_unique<raw_client>(port));
    }
    for (std::size_t at = 0; at < bodies.size(); at += clients.size()) {
        const auto count = std::min(clients.size(), bodies.size() - at);
        for (std::size_t i = 0; i < count; ++i) {
            clients[i]->send(signed_post(bodies[at + i]));
        }
        for (std::size_t i = 0; i < count; ++i) {
            REQUIRE(clients[i]->receive().status == 200);
        }
    }
}

running_gateway::running_gateway(
    const std::string& brokers,
    const std::string& topic,
    std::size_t threads
)
    : running_gateway(plan_of(brokers, topic, threads)) {}

running_gateway::running_gateway(const gateway_plan& plan)
    : log_("ingest", log_level::info, log_format::text, lines_),
      wish_(::eventfd(0, EFD_CLOEXEC)),
      doors_(std::make_unique<gateway>(plan, log_)),
      admin_port_(doors_->admin_port()),
      thread_([this] { doors_->run(wish_); }) {}

running_gateway::~running_gateway() {
    stop();
    doors_.reset();
    ::close(wish_);
}

void running_gateway::stop() {
    if (thread_.joinable()) {
        ::eventfd_write(wish_, 1);
        thread_.join();
    }
}

bool running_gateway::ready() const {
    for (int tries = 0; tries < 600; ++tries) {
        if (fetch(admin_port_, "/readyz").status == 200) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{50});
    }
    return false;
}

fetched fetch(std::uint16_t port, const std::string& path) {
    raw_client client{port};
    client.send(fmt::format("GET {} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n", path)
    );
    const auto reply = client.receive();
    return {reply.status, reply.body};
}

}  // namespace billhook::testing
