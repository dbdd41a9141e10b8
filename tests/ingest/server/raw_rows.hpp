#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace billhook::testing {

// A conversation: the bytes that a client sends at once, the statuses that come back, whether the
// connection is closed then, and how many records reached the log. A second request that must not
// be executed would be one too many.
struct raw_row {
    std::string name;
    std::string bytes;
    std::vector<int> statuses;
    bool closes = true;
    std::size_t records = 0;
};

inline constexpr std::string_view small_body = R"({"id":"evt_1","object":"event"})";

// A POST of that body whose header is Host, `fields`, the body's signature.
[[nodiscard]] std::string post(
    std::string_view fields,
    std::string_view body,
    std::string_view wire
);
// The same with a Content-Length.
[[nodiscard]] std::string good(std::string_view body = small_body);
// A chunk, and the body as one chunk with its end.
[[nodiscard]] std::string chunk(std::string_view bytes);
[[nodiscard]] std::string chunked(std::string_view bytes);

// Request line and fields; what two servers could read in two ways; bodies and their lengths.
[[nodiscard]] std::vector<raw_row> header_rows();
[[nodiscard]] std::vector<raw_row> smuggling_rows();
[[nodiscard]] std::vector<raw_row> body_rows(std::size_t body_limit);

}  // namespace billhook::testing
