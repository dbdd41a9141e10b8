#include "ingest/server/request_parser.hpp"

#include "ingest/http/framing.hpp"

#include <boost/beast/http/error.hpp>

#include <algorithm>
#include <functional>

namespace billhook {

namespace {

using http::problem;
using http::problem_code;
namespace beast_http = boost::beast::http;

// "0\r\n\r\n": the least that can be left of a chunked body. Beast 1.81 asserts on less than that
// when it looks for the end of the last chunk a second time.
constexpr std::size_t least_chunked = 5;
constexpr std::size_t reserved_body = 16 * 1024;

problem_code meaning_of(const boost::beast::error_code& ec) {
    if (ec == beast_http::error::header_limit) {
        return problem_code::header_too_large;
    }
    if (ec == beast_http::error::bad_method) {
        return problem_code::bad_method;
    }
    if (ec == beast_http::error::bad_target) {
        return problem_code::bad_target;
    }
    if (ec == beast_http::error::bad_transfer_encoding) {
        return problem_code::bad_transfer_encoding;
    }
    if (ec == beast_http::error::bad_content_length ||
        ec == beast_http::error::multiple_content_length) {
        return problem_code::bad_content_length;
    }
    if (ec == beast_http::error::bad_chunk_extension) {
        return problem_code::chunk_extension;
    }
    return problem_code::malformed_request;
}

}  // namespace

request_parser::request_parser(const limits& bounds) : bounds_(bounds) {
    header_limit(static_cast<std::uint32_t>(bounds.header_bytes));
    body_limit(boost::none);  // ours, see append
}

result<progress, problem> request_parser::read(boost::beast::flat_buffer& from) {
    starving_ = false;
    while (!starving_) {
        if (is_header_done() && !head_told_) {
            head_told_ = true;
            return progress::head;
        }
        if (is_done()) {
            return progress::whole;
        }
        if (const auto refused = step(from)) {
            return *refused;
        }
    }
    return progress::needs_more;
}

std::optional<problem> request_parser::step(boost::beast::flat_buffer& from) {
    if (from.size() == 0 || (is_header_done() && chunked() && from.size() < least_chunked)) {
        starving_ = true;
        return std::nullopt;
    }
    const bool in_header = !is_header_done();
    input_ = static_cast<const char*>(from.data().data());
    input_size_ = from.size();
    error_code ec;
    const auto used = put(from.data(), ec);
    from.consume(used);
    counted_ += used;
    if (counted_ > (in_header ? bounds_.header_bytes : http::wire_limit(bounds_.body_bytes))) {
        return problem{in_header ? problem_code::header_too_large : problem_code::body_too_large};
    }
    if (in_header && is_header_done()) {
        counted_ = 0;
    }
    if (refused_) {
        return problem{*refused_};
    }
    if (ec == beast_http::error::need_more) {
        starving_ = true;
        return starved(from);
    }
    if (ec) {
        return problem{meaning_of(ec)};
    }
    return std::nullopt;
}

// A line that has not ended although the buffer is full never will.
std::optional<problem> request_parser::starved(const boost::beast::flat_buffer& from) const {
    const bool full = from.size() == from.max_size();
    if (!is_header_done() && (full || counted_ + from.size() > bounds_.header_bytes)) {
        return problem{problem_code::header_too_large};
    }
    if (full) {
        return problem{problem_code::malformed_request};
    }
    return std::nullopt;
}

void request_parser::refuse(problem_code why, error_code& ec) {
    refused_ = why;
    ec = beast_http::error::bad_field;
}

void request_parser::append(text bytes, error_code& ec) {
    if (request_.body.size() + bytes.size() > bounds_.body_bytes) {
        refuse(problem_code::body_too_large, ec);
    } else {
        request_.body.append(bytes.data(), bytes.size());
    }
}

void request_parser::
    on_request_impl(boost::beast::http::verb, text method, text target, int version, error_code&) {
    request_.head.method.assign(method.data(), method.size());
    request_.head.target.assign(target.data(), target.size());
    request_.head.version = version;
}

void request_parser::on_response_impl(int, text, int, error_code&) {}

// Beast skips a fold in front of a value, and puts any other folded value together elsewhere. What
// somebody else makes of a fold, we cannot know.
bool request_parser::is_folded(text name, text value) const {
    const auto* const input_end = input_ + input_size_;
    if (value.empty()) {
        const auto* const line_end = std::find(name.data() + name.size(), input_end, '\n');
        return input_end - line_end > 1 && (line_end[1] == ' ' || line_end[1] == '\t');
    }
    const std::less<> before;
    if (before(value.data(), input_) || !before(value.data(), input_end)) {
        return true;
    }
    return std::find(name.data() + name.size(), value.data(), '\n') != value.data();
}

void request_parser::on_field_impl(
    boost::beast::http::field,
    text name,
    text value,
    error_code& ec
) {
    if (is_header_done()) {
        refuse(problem_code::trailer_fields, ec);
        return;
    }
    if (is_folded(name, value)) {
        refuse(problem_code::malformed_request, ec);
    } else if (request_.head.fields.size() == bounds_.header_fields) {
        refuse(problem_code::header_too_large, ec);
    } else {
        request_.head.fields.add({name.data(), name.size()}, {value.data(), value.size()});
    }
}

void request_parser::on_header_impl(error_code&) {}

void request_parser::on_body_init_impl(const boost::optional<std::uint64_t>& length, error_code&) {
    const auto known = static_cast<std::size_t>(length.value_or(0));
    request_.body.reserve(std::min(known, reserved_body));
}

std::size_t request_parser::on_body_impl(text bytes, error_code& ec) {
    append(bytes, ec);
    return bytes.size();
}

void request_parser::on_chunk_header_impl(std::uint64_t size, text extensions, error_code& ec) {
    if (!extensions.empty()) {
        refuse(problem_code::chunk_extension, ec);
    } else if (size > bounds_.body_bytes - request_.body.size()) {
        refuse(problem_code::body_too_large, ec);
    }
}

std::size_t request_parser::on_chunk_body_impl(std::uint64_t, text bytes, error_code& ec) {
    append(bytes, ec);
    return bytes.size();
}

void request_parser::on_finish_impl(error_code&) {}

}  // namespace billhook
