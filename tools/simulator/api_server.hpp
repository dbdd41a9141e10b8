#pragma once

#include "schemas/types/instant.hpp"

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace billhook::simulator {

// A request to the simulated Stripe's API.
struct api_call {
    std::string method;
    std::string path;                                             // without the query
    std::vector<std::pair<std::string, std::string>> parameters;  // decoded, in their order
    std::map<std::string, std::string> headers;                   // names in lower case
    std::string pages{};  // where a payer's browser finds the hosted ones; empty: nowhere

    // The first of that name; empty if there is none.
    [[nodiscard]] std::string parameter(std::string_view name) const;
    [[nodiscard]] std::vector<std::string> parameters_named(std::string_view name) const;
};

// How an answer goes wrong on its way.
enum class api_fault : std::uint8_t {
    none,
    cut,   // half of the body, then the connection is reset
    hang,  // half of the body, then nothing until the caller hangs up
};

struct api_answer {
    int status = 200;
    std::map<std::string, std::string> headers{};  // beside content-type and date
    std::string body{};
    std::optional<instant> date{};  // of the `Date` header; else the time of the answer
    api_fault fault = api_fault::none;
    std::string content_type = "application/json";
};

// Listens on loopback over plain HTTP and answers one connection after the other, or several at
// once, one request each. `answer` is called on the server's threads and must not throw.
class api_server {
public:
    using handler = std::function<api_answer(const api_call&)>;

    // Port 0 takes any free one. Throws boost::system::system_error if the port is taken.
    explicit api_server(handler answer, std::uint16_t port = 0, bool at_once = false);
    // Waits for the caller being answered to hang up.
    ~api_server();
    api_server(const api_server&) = delete;
    api_server& operator=(const api_server&) = delete;

    [[nodiscard]] std::uint16_t port() const noexcept { return port_; }
    // "http://127.0.0.1:12111": a client's base.
    [[nodiscard]] std::string base() const;

private:
    struct listening;
    void serve();

    handler answer_;
    bool at_once_;
    std::unique_ptr<listening> listening_;
    std::atomic<bool> ending_{false};
    std::uint16_t port_ = 0;
    std::thread thread_;
};

}  // namespace billhook::simulator
