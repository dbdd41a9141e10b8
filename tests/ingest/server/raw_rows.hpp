#pragma once

#include "ingest/server/limits.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::testing {

// A conversation: the bytes that a client sends at once, and the answers to them, each "ok" or the
// code of a problem. After a problem the connection is closed, after the last "ok" where `closes`.
// As many records reach the log as answers are "ok".
struct raw_row {
    std::string name;
    std::string bytes;
    std::vector<std::string_view> answers;
    bool closes = false;
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
// A good request with another request line, or with fields before all others.
[[nodiscard]] std::string with_line(std::string_view request_line);
[[nodiscard]] std::string with_fields(std::string_view fields);
// A chunk, and the body as one chunk with its end.
[[nodiscard]] std::string chunk(std::string_view bytes);
[[nodiscard]] std::string chunked(std::string_view bytes);

// Request line and fields; what two servers could read in two ways; bodies and their lengths; what
// RFC 9110 and 9112 let a token, a value, a Host be; what is no signature. They are written for
// these bounds.
inline constexpr std::size_t raw_body_limit = 20'000;
[[nodiscard]] limits raw_bounds();
[[nodiscard]] std::vector<raw_row> header_rows();
[[nodiscard]] std::vector<raw_row> smuggling_rows();
[[nodiscard]] std::vector<raw_row> body_rows();
[[nodiscard]] std::vector<raw_row> grammar_rows();
[[nodiscard]] std::vector<raw_row> signature_rows();

// Holds the conversation with a gateway on that port of the loopback, and checks each answer to the
// byte. Whoever is closed is then told the same with a good request behind it, which must not be
// executed; a connection that stays must take one. Returns how many answers were "ok".
[[nodiscard]] std::size_t converse(std::uint16_t port, const raw_row& row);

}  // namespace billhook::testing
