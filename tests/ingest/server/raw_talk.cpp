#include "tests/ingest/server/raw_client.hpp"
#include "tests/ingest/server/raw_rows.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace billhook::testing {

namespace {

// Status line, what stands before and after it as JSON, and fields that only it has.
struct wording {
    std::string_view status_line;
    std::string_view title;
    std::string_view more;
};

// clang-format off
const std::map<std::string_view, wording> problems{
    {"malformed_request", {"400 Bad Request", "The request is not well-formed HTTP/1.1.", ""}},
    {"bad_method", {"400 Bad Request", "The method is not valid.", ""}},
    {"bad_target", {"400 Bad Request", "The request target must be a plain path.", ""}},
    {"bad_host", {"400 Bad Request", "Exactly one valid Host field is required.", ""}},
    {"bad_transfer_encoding", {"400 Bad Request", "The only transfer coding accepted is chunked.", ""}},
    {"bad_content_length", {"400 Bad Request", "One Content-Length of plain digits is accepted.", ""}},
    {"bad_expectation", {"400 Bad Request", "The only expectation accepted is 100-continue.", ""}},
    {"chunk_extension", {"400 Bad Request", "Chunk extensions are not accepted.", ""}},
    {"trailer_fields", {"400 Bad Request", "Trailer fields are not accepted.", ""}},
    {"bad_signature", {"400 Bad Request", "The signature does not fit the body.", ""}},
    {"not_found", {"404 Not Found", "There is nothing at this path.", ""}},
    {"method_not_allowed", {"405 Method Not Allowed", "The method is not allowed at this path.", "Allow: POST\r\n"}},
    {"request_timeout", {"408 Request Timeout", "The request took too long to arrive.", ""}},
    {"length_required", {"411 Length Required", "A Content-Length is required.", ""}},
    {"body_too_large", {"413 Content Too Large", "The body is larger than this server accepts.", ""}},
    {"unsupported_content_encoding", {"415 Unsupported Media Type", "No Content-Encoding is accepted.", ""}},
    {"header_too_large", {"431 Request Header Fields Too Large", "The header is larger than this server accepts.", ""}},
};
// clang-format on

std::string expected(std::string_view answer, bool closes) {
    const auto made = [&](std::string_view line,
                          std::string_view type,
                          std::string_view more,
                          std::string_view body) {
        return fmt::format(
            "HTTP/1.1 {}\r\nContent-Type: {}\r\nContent-Length: {}\r\n{}{}\r\n{}",
            line,
            type,
            body.size(),
            more,
            closes ? "Connection: close\r\n" : "",
            body
        );
    };
    if (answer == "ok") {
        return made("200 OK", "application/json", "", R"({"received":true})");
    }
    const auto& [line, title, more] = problems.at(answer);
    return made(
        line,
        "application/problem+json",
        more,
        fmt::format(
            R"({{"type":"about:blank","title":"{}","status":{},"code":"{}","retryable":{}}})",
            title,
            line.substr(0, 3),
            answer,
            line.starts_with("408")
        )
    );
}

// The answer as it came, but for its one Date of RFC 9110, 5.6.7.
std::string received(raw_client& from) {
    const auto reply = from.receive();
    constexpr std::size_t length = sizeof "\r\nDate: Tue, 14 Nov 2023 22:13:20 GMT" - 1;
    auto text = reply.head + reply.body;
    const auto at = text.find("\r\nDate: ");
    CHECK(at != text.npos);
    if (at != text.npos) {
        CHECK(text.substr(at + length - 4, 6) == " GMT\r\n");
        text.erase(at, length);
    }
    return text;
}

bool is_closed_after(const raw_row& row) {
    return row.closes || row.answers.back() != "ok";
}

std::size_t hold(raw_client& client, const raw_row& row, std::string_view behind) {
    client.send(fmt::format("{}{}", row.bytes, behind));
    for (std::size_t i = 0; i < row.answers.size(); ++i) {
        const bool closes = i + 1 == row.answers.size() && is_closed_after(row);
        CHECK(received(client) == expected(row.answers[i], closes));
    }
    return static_cast<std::size_t>(std::count(row.answers.begin(), row.answers.end(), "ok"));
}

}  // namespace

std::size_t converse(std::uint16_t port, const raw_row& row) {
    CAPTURE(row.name);
    raw_client client{port};
    auto count = hold(client, row, "");
    if (!is_closed_after(row)) {
        // Both sides still agree where requests begin.
        client.send(good());
        CHECK(received(client) == expected("ok", false));
        return count + 1;
    }
    CHECK(client.closed());
    if (row.answers.back() != "request_timeout") {
        raw_client smuggler{port};
        count += hold(smuggler, row, good());
        CHECK(smuggler.closed());
    }
    return count;
}

}  // namespace billhook::testing
