#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "ingest/server/limits.hpp"
#include "schemas/types/result.hpp"

#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/basic_parser.hpp>

#include <cstdint>
#include <optional>

namespace billhook {

enum class progress : std::uint8_t { needs_more, head, whole };

// Reads one request with Beast's parser into our own: header fields of the header alone (Beast
// would mix trailers into them), no obs-fold, no chunk extension, no trailers, and every byte
// counted, since Beast's own limits forget chunk headers and trailers. One request, one thread.
class request_parser final : private boost::beast::http::basic_parser<true> {
public:
    explicit request_parser(const limits& bounds);

    // Takes from the front of `from` what it can use. `head` is said once, when the header has
    // ended (also if there is no body); then `needs_more` or `whole`. After a problem the rest of
    // the connection's bytes have no meaning any more.
    [[nodiscard]] result<progress, http::problem> read(boost::beast::flat_buffer& from);

    // From the header's end on.
    [[nodiscard]] const http::request_head& head() const { return request_.head; }
    [[nodiscard]] bool wants_keep_alive() const { return keep_alive(); }
    // There will be so much of a body.
    void expect(std::size_t bytes) { request_.body.reserve(bytes); }
    // When it is whole.
    [[nodiscard]] http::request take_request() { return std::move(request_); }

private:
    using error_code = boost::beast::error_code;
    using text = boost::beast::string_view;

    [[nodiscard]] std::optional<http::problem> step(boost::beast::flat_buffer& from);
    [[nodiscard]] std::optional<http::problem> starved(const boost::beast::flat_buffer& from) const;
    void refuse(http::problem_code why, error_code& ec);
    void append(text bytes, error_code& ec);
    [[nodiscard]] bool is_folded(text name, text value) const;

    void on_request_impl(
        boost::beast::http::verb,
        text method,
        text target,
        int version,
        error_code& ec
    ) override;
    void on_response_impl(int, text, int, error_code& ec) override;
    void on_field_impl(boost::beast::http::field, text name, text value, error_code& ec) override;
    void on_header_impl(error_code& ec) override;
    void on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code& ec) override;
    std::size_t on_body_impl(text bytes, error_code& ec) override;
    void on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) override;
    std::size_t on_chunk_body_impl(std::uint64_t remaining, text bytes, error_code& ec) override;
    void on_finish_impl(error_code& ec) override;

    const limits& bounds_;
    http::request request_;
    std::optional<http::problem_code> refused_;  // by one of the functions above
    std::size_t counted_ = 0;      // bytes of the header, then of the body on the wire
    const char* input_ = nullptr;  // what Beast is looking at
    std::size_t input_size_ = 0;
    bool head_told_ = false;
    bool starving_ = false;
};

}  // namespace billhook
