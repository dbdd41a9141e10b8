#pragma once

#include "ingest/gateway/gateway.hpp"

#include <memory>
#include <sstream>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace billhook::testing {

inline constexpr const char* gateway_path = "/stripe/webhook";
inline constexpr const char* gateway_secret = "whsec_of_the_integration_tests";

// A POST of the body to the gateway below, signed at this moment; `close` asks for the end of the
// connection.
[[nodiscard]] std::string signed_post(std::string_view body);
// "t=...,v1=..." of this moment by that secret.
[[nodiscard]] std::string signature_of_now(std::string_view body);

// Posts the bodies, several at a time, as Stripe would; each must be answered 200.
void post_all(std::uint16_t port, const std::vector<std::string>& bodies);

// A gateway at that path, with that secret, on free ports of the loopback.
[[nodiscard]] gateway_plan plan_of(
    const std::string& brokers,
    const std::string& topic,
    std::size_t threads
);

// The whole gateway on threads of this process and free ports of the loopback, writing into the
// topic; stopped gracefully when it is destroyed.
class running_gateway {
public:
    running_gateway(const std::string& brokers, const std::string& topic, std::size_t threads = 2);
    explicit running_gateway(const gateway_plan& plan);
    ~running_gateway();
    running_gateway(const running_gateway&) = delete;
    running_gateway& operator=(const running_gateway&) = delete;

    [[nodiscard]] std::uint16_t port() const { return doors_->address().port(); }
    [[nodiscard]] std::uint16_t admin_port() const { return admin_port_; }
    // Waits until /readyz says yes; false if that takes too long.
    [[nodiscard]] bool ready() const;
    // Begins to stop and waits for the end.
    void stop();
    [[nodiscard]] std::string log_text() const { return lines_.str(); }

private:
    std::ostringstream lines_;
    log log_;
    int wish_;
    std::unique_ptr<gateway> doors_;
    std::uint16_t admin_port_;
    std::thread thread_;
};

// GET of the path from that port of the loopback: status and body.
struct fetched {
    int status = 0;
    std::string body;
};
[[nodiscard]] fetched fetch(std::uint16_t port, const std::string& path);

}  // namespace billhook::testing
