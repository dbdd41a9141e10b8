#include "tests/integration/api/running_api.hpp"

#include "tests/builders/life.hpp"
#include "tests/ingest/server/raw_client.hpp"

#include <boost/asio/ip/address.hpp>

#include <fmt/format.h>
#include <sys/eventfd.h>
#include <unistd.h>

namespace billhook::testing {

result<api::caller, http::problem> plain_doorman::who_asks(
    const http::request_head& head,
    const std::optional<organization_id>& of_the_path,
    instant
) {
    const std::string bearer = "Bearer ";
    const std::string given(head.fields.first("Authorization").value_or(""));
    const auto blank = given.find(' ', bearer.size());
    if (given.rfind(bearer, 0) != 0 || blank == given.npos) {
        return http::problem{http::problem_code::unauthenticated};
    }
    const auto role = given.substr(bearer.size(), blank - bearer.size());
    api::caller who;
    who.organization = organization_id{given.substr(blank + 1)};
    who.role = role == "member" ? api::organization_role::member : api::organization_role::admin;
    who.impersonated = role == "staff";
    who.is_service = role == "service";
    who.subject = role;
    if (who.is_service) {
        who.organization = of_the_path.value_or(organization_id{});
    } else if (of_the_path && *of_the_path != who.organization) {
        return http::problem{http::problem_code::not_found};
    }
    return who;
}

std::string api_reply::field(const std::string& name) const {
    const auto at = head.find("\r\n" + name + ": ");
    if (at == head.npos) {
        return "";
    }
    const auto begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
}

std::string member_of(const api_reply& reply, const std::string& name) {
    const auto start = "\"" + name + "\":\"";
    const auto at = reply.body.find(start);
    if (at == reply.body.npos) {
        return "";
    }
    const auto begin = at + start.size();
    return reply.body.substr(begin, reply.body.find('"', begin) - begin);
}

bool says(const api_reply& reply, const std::string& text) {
    return reply.body.find(text) != reply.body.npos;
}

running_api::running_api(api::api_plan plan)
    : lines_("api", log_level::info, log_format::text, said_),
      wish_(::eventfd(0, EFD_CLOEXEC)),
      service_(std::make_unique<api::api_service>(std::move(plan), doorman_, numbers_, lines_)),
      thread_([this] { service_->run(wish_); }) {}

running_api::~running_api() {
    stop();
    service_.reset();
    ::close(wish_);
}

void running_api::stop() {
    if (thread_.joinable()) {
        ::eventfd_write(wish_, 1);
        thread_.join();
    }
}

api_reply running_api::ask(
    const std::string& method,
    const std::string& target,
    const std::string& token,
    const std::string& body,
    const std::string& more_fields
) const {
    raw_client client{service_->address().port()};
    const std::string credentials = token.empty() ? "" : "Authorization: Bearer " + token + "\r\n";
    const std::string length =
        method == "GET" ? "" : fmt::format("Content-Length: {}\r\n", body.size());
    client.send(fmt::format(
        "{} {} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n{}{}{}\r\n{}",
        method,
        target,
        credentials,
        length,
        more_fields,
        body
    ));
    auto reply = client.receive();
    return {reply.status, std::move(reply.head), std::move(reply.body)};
}

api_reply running_api::admin(const std::string& path) const {
    raw_client client{service_->admin_port()};
    client.send("GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
    auto reply = client.receive();
    return {reply.status, std::move(reply.head), std::move(reply.body)};
}

bool running_api::becomes(int status) const {
    for (int tries = 0; tries < 500; ++tries) {
        if (admin("/readyz").status == status) {
            return true;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
    }
    return false;
}

api::api_plan api_plan_for(const builders::database& state, const std::string& topic) {
    api::api_plan plan;
    plan.listen = {boost::asio::ip::make_address("127.0.0.1"), 0};
    plan.admin_listen = {"127.0.0.1", 0};
    plan.bounds = limits_from({});
    plan.blocking_threads = 4;
    plan.organization_rate = 100'000;
    plan.database = state.as("billhook_api");
    plan.topic = topic;
    plan.kafka.client.brokers = "127.0.0.1:1";  // nobody: for tests that write nothing
    plan.stripe.base = "http://127.0.0.1:1";    // the same
    plan.stripe.key = secret{"sk_test_simulated0000000"};
    plan.plans = builders::example_plans();
    plan.after_deadline = std::chrono::milliseconds{300};
    return plan;
}

}  // namespace billhook::testing
