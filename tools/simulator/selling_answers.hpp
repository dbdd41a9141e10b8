#pragma once

#include "tools/simulator/api_server.hpp"
#include "tools/simulator/render.hpp"

#include <boost/json.hpp>

#include <string>
#include <string_view>

// How the simulated Stripe says yes and no to those who write.
namespace billhook::simulator {

inline constexpr const char* simulated_request = "req_simulated";

// In the version that the call asks for.
[[nodiscard]] inline rendering rendering_for(const api_call& call) {
    const auto version = call.headers.find("stripe-version");
    return {version == call.headers.end() ? "2026-09-30.endive" : version->second, false};
}

[[nodiscard]] inline api_answer error(int status, std::string_view type, std::string_view code) {
    const boost::json::object what{
        {"error", {{"type", type}, {"code", code}, {"message", "simulated"}}}
    };
    return {
        .status = status,
        .headers = {{"Request-Id", simulated_request}},
        .body = boost::json::serialize(what)};
}

[[nodiscard]] inline api_answer refused(std::string_view code) {
    return error(400, "invalid_request_error", code);
}

[[nodiscard]] inline api_answer missing() {
    return error(404, "invalid_request_error", "resource_missing");
}

[[nodiscard]] inline api_answer shown(const boost::json::object& what) {
    return {
        .status = 200,
        .headers = {{"Request-Id", simulated_request}},
        .body = boost::json::serialize(what)};
}

// The link of a hosted page: one of the simulator's own (hosted_pages.hpp) where those are served,
// else one that looks like Stripe's.
[[nodiscard]] inline std::string hosted_link(
    const api_call& call,
    const std::string& stripes,
    const std::string& own,
    const std::string& id
) {
    return call.pages.empty() ? stripes + id : call.pages + own + id;
}

}  // namespace billhook::simulator
