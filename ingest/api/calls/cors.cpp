#include "ingest/api/calls/cors.hpp"

#include <algorithm>

namespace billhook::api {

bool is_origin(std::string_view text) {
    const auto scheme = text.substr(0, text.find("://"));
    if ((scheme != "https" && scheme != "http") || scheme.size() + 3 >= text.size()) {
        return false;
    }
    const auto rest = text.substr(scheme.size() + 3);
    return std::all_of(rest.begin(), rest.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == ':' || c == '[' || c == ']';
    });
}

void add_cors(
    http::response& to,
    const http::request_head& asked,
    const std::vector<std::string>& origins
) {
    if (origins.empty()) {
        return;
    }
    to.more.emplace_back("Vary", "Origin");
    const auto given = asked.fields.first("Origin");
    const auto listed = std::find(origins.begin(), origins.end(), given.value_or(""));
    if (listed == origins.end() || asked.fields.count("Origin") != 1) {
        return;
    }
    to.more.emplace_back("Access-Control-Allow-Origin", *listed);
    to.more.emplace_back("Access-Control-Expose-Headers", "ETag, Idempotent-Replayed, Retry-After");
    if (asked.method == "OPTIONS" && to.status == 204) {
        to.more.emplace_back("Access-Control-Allow-Methods", std::string(to.allow));
        to.more.emplace_back(
            "Access-Control-Allow-Headers",
            "Authorization, Content-Type, Idempotency-Key, If-None-Match"
        );
        to.more.emplace_back("Access-Control-Max-Age", "600");
    }
}

http::response preflight_answer(std::string_view methods) {
    http::response reply;
    reply.status = 204;
    reply.allow = methods;
    return reply;
}

}  // namespace billhook::api
