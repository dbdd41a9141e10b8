#include "tests/ingest/server/raw_rows.hpp"

#include "tests/ingest/server/served.hpp"

#include <chrono>
#include <fmt/format.h>

namespace billhook::testing {

namespace {

using namespace std::string_literals;

std::string with_length(std::string_view body) {
    return fmt::format("Content-Length: {}\r\n", body.size());
}

// Good in all but the transfer coding; behind the body stands a request of its own.
std::string coded(std::string_view fields) {
    return post(fields, small_body, chunked(small_body)) + good();
}
// The same where the body is the smuggled request: a server that sees no body executes it.
std::string hiding(std::string_view fields) {
    const auto hidden = good();
    return post(fields, hidden, hidden);
}

}  // namespace

limits raw_bounds() {
    auto tight = limits_from({});
    tight.header_bytes = 8 * 1024;
    tight.body_bytes = raw_body_limit;
    tight.header = std::chrono::milliseconds{400};
    tight.body = std::chrono::milliseconds{400};
    tight.linger = std::chrono::milliseconds{400};
    return tight;
}

std::string post(std::string_view fields, std::string_view body, std::string_view wire) {
    return fmt::format(
        "POST {} HTTP/1.1\r\nHost: a\r\n{}Stripe-Signature: {}\r\n\r\n{}",
        test_path,
        fields,
        signature_of(body),
        wire
    );
}

std::string good(std::string_view body) {
    return post(with_length(body), body, body);
}

std::string with_line(std::string_view request_line) {
    auto bytes = good();
    return fmt::format("{}{}", request_line, bytes.substr(bytes.find("\r\n")));
}

std::string with_fields(std::string_view fields) {
    return post(fmt::format("{}{}", fields, with_length(small_body)), small_body, small_body);
}

std::string chunk(std::string_view bytes) {
    return fmt::format("{:x}\r\n{}\r\n", bytes.size(), bytes);
}

std::string chunked(std::string_view bytes) {
    return chunk(bytes) + "0\r\n\r\n";
}

// A row a line.
// clang-format off
std::vector<raw_row> header_rows() {
    const std::string p{test_path};
    const auto head = [&](std::string_view fields) {
        return fmt::format("POST {} HTTP/1.1\r\n{}\r\n", p, fields);
    };
    const auto signed_twice = fmt::format(
        "Stripe-Signature: {0}\r\nContent-Length: {1}\r\n", signature_of(small_body), small_body.size()
    );
    return {
        {"a good request", good(), {"ok"}},
        {"two good requests at once", good() + good(), {"ok", "ok"}},
        {"five good requests at once", good() + good() + good() + good() + good(), {"ok", "ok", "ok", "ok", "ok"}},
        {"empty body", good(""), {"ok"}},
        {"body that is no JSON", good("hello"), {"ok"}},
        {"body with NUL and 0xFF", good("{\"id\":\"evt_nul\0\xff\"}"s), {"ok"}},
        {"body of line ends", good("\r\n\r\n"), {"ok"}},
        {"body that looks like a request", good(good()), {"ok"}},
        {"lower-case method", with_line("post " + p + " HTTP/1.1"), {"bad_method"}},
        {"mixed-case method", with_line("Post " + p + " HTTP/1.1"), {"bad_method"}},
        {"method with a digit", with_line("P0ST " + p + " HTTP/1.1"), {"bad_method"}},
        {"method with a paren", with_line("PO(ST " + p + " HTTP/1.1"), {"bad_method"}},
        {"empty method", with_line(" " + p + " HTTP/1.1"), {"bad_method"}},
        {"GET", with_line("GET " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"PUT", with_line("PUT " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"DELETE", with_line("DELETE " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"OPTIONS", with_line("OPTIONS " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"TRACE", with_line("TRACE " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"PATCH", with_line("PATCH " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"a method nobody knows", with_line("FROBNICATE " + p + " HTTP/1.1"), {"method_not_allowed"}},
        {"PRI of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {"malformed_request"}},
        {"CONNECT", with_line("CONNECT a:443 HTTP/1.1"), {"bad_target"}},
        {"OPTIONS star", with_line("OPTIONS * HTTP/1.1"), {"bad_target"}},
        {"absolute URI", with_line("POST http://a" + p + " HTTP/1.1"), {"bad_target"}},
        {"target without slash", with_line("POST stripe/webhook HTTP/1.1"), {"bad_target"}},
        {"non-ASCII target", with_line("POST /stripe/w\xc3\xa4" "bhook HTTP/1.1"), {"bad_target"}},
        {"no target", with_line("POST HTTP/1.1"), {"bad_target"}},
        {"two spaces before the target", with_line("POST  " + p + " HTTP/1.1"), {"bad_target"}},
        {"two spaces before the version", with_line("POST " + p + "  HTTP/1.1"), {"malformed_request"}},
        {"tab before the target", with_line("POST\t" + p + " HTTP/1.1"), {"bad_method"}},
        {"NUL in the target", with_line("POST /stripe\0/webhook HTTP/1.1"s), {"bad_target"}},
        {"another path", with_line("POST /other HTTP/1.1"), {"not_found"}},
        {"the root", with_line("POST / HTTP/1.1"), {"not_found"}},
        {"trailing slash", with_line("POST " + p + "/ HTTP/1.1"), {"not_found"}},
        {"query string", with_line("POST " + p + "?a=b HTTP/1.1"), {"not_found"}},
        {"empty query string", with_line("POST " + p + "? HTTP/1.1"), {"not_found"}},
        {"fragment", with_line("POST " + p + "#a HTTP/1.1"), {"not_found"}},
        {"doubled slash", with_line("POST /" + p + " HTTP/1.1"), {"not_found"}},
        {"percent encoding is not decoded", with_line("POST /stripe/webhoo%6b HTTP/1.1"), {"not_found"}},
        {"dot segments are not resolved", with_line("POST /stripe/../stripe/webhook HTTP/1.1"), {"not_found"}},
        {"upper-case path", with_line("POST /STRIPE/WEBHOOK HTTP/1.1"), {"not_found"}},
        {"path prefix", with_line("POST " + p + "s HTTP/1.1"), {"not_found"}},
        {"GET of another path", with_line("GET /metrics HTTP/1.1"), {"not_found"}},
        {"HTTP/1.0", with_line("POST " + p + " HTTP/1.0"), {"ok"}, true},
        {"HTTP/0.9", "POST " + p + "\r\n\r\n", {"bad_target"}},
        {"HTTP/1.2", with_line("POST " + p + " HTTP/1.2"), {"malformed_request"}},
        {"HTTP/2.0", with_line("POST " + p + " HTTP/2.0"), {"malformed_request"}},
        {"HTTP/11.1", with_line("POST " + p + " HTTP/11.1"), {"malformed_request"}},
        {"lower-case version", with_line("POST " + p + " http/1.1"), {"malformed_request"}},
        {"no host", head(signed_twice) + std::string{small_body}, {"bad_host"}},
        {"two hosts", with_fields("Host: a\r\n"), {"bad_host"}},
        {"two different hosts", with_fields("Host: b\r\n"), {"bad_host"}},
        {"empty host", head("Host:\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"host with a space", head("Host: a b\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"host with a port of letters", head("Host: a:http\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"host with half an encoding", head("Host: a%2\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"host with an open bracket", head("Host: [::1\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"host with an IPv6 address", head("Host: [::1]:8080\r\n" + signed_twice) + std::string{small_body}, {"ok"}},
        {"host with a slash", head("Host: a/b\r\n" + signed_twice) + std::string{small_body}, {"bad_host"}},
        {"bare LF after the request line", "POST " + p + " HTTP/1.1\nHost: a\r\n\r\n", {"malformed_request"}},
        {"bare LF after a field", head("Host: a\nX: b\r\n"), {"malformed_request"}},
        {"bare CR in a field", head("Host: a\r\nX: a\rb\r\n"), {"malformed_request"}},
        {"NUL in a field", with_fields("X: a\0b\r\n"s), {"malformed_request"}},
        {"VT in a field", with_fields("X: a\vb\r\n"), {"malformed_request"}},
        {"DEL in a field", with_fields("X: a\x7f" "b\r\n"), {"malformed_request"}},
        {"space before the colon", with_fields("X : a\r\n"), {"malformed_request"}},
        {"space before a length's colon", with_fields("Content-Length : 3\r\n"), {"malformed_request"}},
        {"field without colon", with_fields("nonsense\r\n"), {"malformed_request"}},
        {"field without name", with_fields(": a\r\n"), {"malformed_request"}},
        {"field name with a space", with_fields("X Y: a\r\n"), {"malformed_request"}},
        {"field name with a high byte", with_fields("X\xe4: a\r\n"), {"malformed_request"}},
        {"folded field", with_fields("X: a\r\n b\r\n"), {"malformed_request"}},
        {"folded with a tab", with_fields("X: a\r\n\tb\r\n"), {"malformed_request"}},
        {"a fold in front of nothing", with_fields("X:\r\n \r\n"), {"malformed_request"}},
        {"a fold with a tab in front of nothing", with_fields("X: \r\n\t\r\n"), {"malformed_request"}},
        {"two folds in front of nothing", with_fields("X:\r\n \r\n \r\n"), {"malformed_request"}},
        {"an empty field before another", with_fields("X:\r\nY: \r\n"), {"ok"}},
        {"first field folded", "POST " + p + " HTTP/1.1\r\n Host: a\r\n\r\n", {"malformed_request"}},
        {"high byte in a value", with_fields("X: \xe4\r\n"), {"ok"}},
        {"empty value", with_fields("X:\r\n"), {"ok"}},
        {"tab around a value", with_fields("X:\ta\t\r\n"), {"ok"}},
        {"63 fields", with_fields([] { std::string all; for (int i = 0; i < 61; ++i) { all += "X: y\r\n"; } return all; }()), {"ok"}},
        {"too many fields", with_fields([] { std::string all; for (int i = 0; i < 70; ++i) { all += "X: y\r\n"; } return all; }()), {"header_too_large"}},
        {"header too large", with_fields("X: " + std::string(9000, 'a') + "\r\n"), {"header_too_large"}},
        {"header far too large", with_fields("X: " + std::string(200'000, 'a') + "\r\n"), {"header_too_large"}},
        {"target too large", with_line("POST /" + std::string(9000, 'a') + " HTTP/1.1"), {"header_too_large"}},
        {"a line without end", std::string(30'000, 'A'), {"header_too_large"}},
        {"TLS to the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + std::string(600, '\0'), {"bad_method"}},
        {"the other side's banner", "SSH-2.0-OpenSSH_9.2\r\n\r\n", {"bad_method"}},
        {"expectation", post("Expect: 100-continue\r\n" + with_length(small_body), small_body, small_body), {"ok"}},
        {"unknown expectation", with_fields("Expect: 200-ok\r\n"), {"bad_expectation"}},
        {"empty expectation", with_fields("Expect:\r\n"), {"bad_expectation"}},
        {"gzip", with_fields("Content-Encoding: gzip\r\n"), {"unsupported_content_encoding"}},
        {"identity encoding", with_fields("Content-Encoding: identity\r\n"), {"unsupported_content_encoding"}},
        {"Connection: close", with_fields("Connection: close\r\n"), {"ok"}, true},
        {"Connection: CLOSE in a list", with_fields("Connection: x, CLOSE\r\n"), {"ok"}, true},
        {"Connection: keep-alive", with_fields("Connection: keep-alive\r\n"), {"ok"}},
        {"upgrade to h2c is ignored", with_fields("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"), {"ok"}},
        {"close and then another", with_fields("Connection: close\r\n") + good(), {"ok"}, true},
        {"no signature", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}", p), {"bad_signature"}},
        {"empty signature", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nStripe-Signature:\r\nContent-Length: 2\r\n\r\n{{}}", p), {"bad_signature"}},
        {"signature of another body", post("Content-Length: 2\r\n", small_body, "{}"), {"bad_signature"}},
        {"two signatures, both good", with_fields("Stripe-Signature: " + signature_of(small_body) + "\r\n"), {"bad_signature"}},
        {"two signatures, first empty", with_fields("stripe-signature:\r\n"), {"bad_signature"}},
        {"signature under another name", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nStripe_Signature: {}\r\nContent-Length: 2\r\n\r\n{{}}", p, signature_of("{}")), {"bad_signature"}},
        {"signature in upper-case name", fmt::format("POST {} HTTP/1.1\r\nHOST: a\r\nSTRIPE-SIGNATURE: {}\r\nCONTENT-LENGTH: 2\r\n\r\n{{}}", p, signature_of("{}")), {"ok"}},
        {"a bad signature, then a good one", post("Content-Length: 2\r\n", small_body, "{}") + good(), {"bad_signature"}},
    };
}

std::vector<raw_row> smuggling_rows() {
    const auto fields = [](std::string_view text) { return std::string{text}; };
    const auto te = [](std::string_view value) {
        return fmt::format("Transfer-Encoding: {}\r\n", value);
    };
    const auto length = with_length(small_body);
    std::vector<raw_row> rows{
        {"chunked", post(te("chunked"), small_body, chunked(small_body)), {"ok"}},
        {"length, then coding", coded(length + te("chunked")), {"bad_transfer_encoding"}},
        {"coding, then length", coded(te("chunked") + length), {"bad_content_length"}},
        {"length zero, then coding", coded("Content-Length: 0\r\n" + te("chunked")), {"bad_transfer_encoding"}},
        {"coding, then length zero", coded(te("chunked") + "Content-Length: 0\r\n"), {"bad_content_length"}},
        {"two codings", coded(te("chunked") + te("chunked")), {"bad_transfer_encoding"}},
        {"chunked, then identity", coded(te("chunked") + te("identity")), {"bad_transfer_encoding"}},
        {"identity, then chunked", coded(te("identity") + te("chunked")), {"bad_transfer_encoding"}},
        {"identity, then length", hiding(te("identity") + "Content-Length: 0\r\n"), {"bad_transfer_encoding"}},
        {"folded coding", coded("Transfer-Encoding:\r\n chunked\r\n"), {"malformed_request"}},
        {"folded coding with a tab", coded("Transfer-Encoding: chunked\r\n\t\r\n"), {"malformed_request"}},
        {"coding with an underscore is no coding", hiding("Transfer_Encoding: chunked\r\n"), {"length_required"}},
        {"space before the coding's colon", coded("Transfer-Encoding : chunked\r\n"), {"malformed_request"}},
        {"CR before the coding", coded("X: a\rTransfer-Encoding: chunked\r\n"), {"malformed_request"}},
        {"LF before the coding", coded("X: a\nTransfer-Encoding: chunked\r\n"), {"malformed_request"}},
        {"coding in upper-case name", post("TRANSFER-ENCODING: chunked\r\n", small_body, chunked(small_body)), {"ok"}},
        {"neither length nor coding", hiding(""), {"length_required"}},
        {"equal lengths", hiding(length + length), {"bad_content_length"}},
        {"different lengths", hiding("Content-Length: 0\r\nContent-Length: 9\r\n"), {"bad_content_length"}},
        {"HTTP/1.0 and chunked", "POST /stripe/webhook HTTP/1.0" + coded(te("chunked")).substr(29), {"bad_transfer_encoding"}},
        {"HTTP/1.0 without length", "POST /stripe/webhook HTTP/1.0" + hiding("").substr(29), {"length_required"}},
        {"GET with a body", "GET" + good().substr(4) + good(), {"method_not_allowed"}},
        {"404 with a body", "POST /x" + good().substr(20) + good(), {"not_found"}},
        {"bytes behind a good request", good() + "x y\r\n\r\n", {"ok", "bad_target"}},
        {"line end behind a good request", good() + "\r\n" + good(), {"ok", "bad_method"}},
    };
    for (const std::string value :
         {"xchunked", "identity", "chunked, identity", "chunked, chunked", "gzip, chunked", "gzip",
          "chunked;q=1", "chunked;", "chunked,", ", chunked", "chunked, gzip", "CHUNKED", "Chunked",
          "\"chunked\"", "chunked chunked", "chunked\xa0", "x", "", "chunkedx", "deflate"}) {
        rows.push_back({fields("Transfer-Encoding: " + value), coded(te(value)), {"bad_transfer_encoding"}});
        rows.push_back({fields("hidden by Transfer-Encoding: " + value), hiding(te(value)), {"bad_transfer_encoding"}});
    }
    for (const std::string value :
         {"3, 3", "3,3", "003", "+3", "-3", "0x3", "3 3", "3.0", "3;", "1e1", "", "three",
          "18446744073709551616", "99999999999999999999999999", "\xb3"}) {
        rows.push_back({"Content-Length: " + value, hiding("Content-Length: " + value + "\r\n"), {"bad_content_length"}});
    }
    return rows;
}

std::vector<raw_row> body_rows() {
    constexpr auto limit = raw_body_limit;
    const std::string te = "Transfer-Encoding: chunked\r\n";
    const auto send = [&](std::string_view wire, std::string_view body = small_body) {
        return post(te, body, wire);
    };
    const std::string body{small_body};
    const auto size = fmt::format("{:x}", body.size());
    const std::string full(limit, 'x');
    const std::string over(limit + 1, 'x');
    std::string bytewise;
    for (const char c : body) {
        bytewise += chunk({&c, 1});
    }
    std::string crumbs;
    for (std::size_t i = 0; i < limit; ++i) {
        crumbs += "1\r\nx\r\n";
    }
    return {
        {"one chunk", send(chunked(body)), {"ok"}},
        {"chunks of a byte", send(bytewise + "0\r\n\r\n"), {"ok"}},
        {"chunk size in upper case", send("1F\r\n" + body + "\r\n0\r\n\r\n"), {"ok"}},
        {"chunk size with zeros in front", send("00" + size + "\r\n" + body + "\r\n000\r\n\r\n"), {"ok"}},
        {"no chunk at all", send("0\r\n\r\n", ""), {"ok"}},
        {"chunked, then another", send(chunked(body)) + good(), {"ok", "ok"}},
        {"chunk extension", send(size + ";a=b\r\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"chunk extension without value", send(size + ";a\r\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"chunk extension at the end", send(chunk(body) + "0;a=b\r\n\r\n") + good(), {"chunk_extension"}},
        {"lone LF in a chunk extension", send(size + ";a\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"lone LF after a chunk size", send(size + "\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"lone CR after a chunk size", send(size + "\r" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"quoted line end in an extension", send(size + ";a=\"\r\nX: y\"\r\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"space after a chunk size", send(size + " \r\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"space before a chunk size", send(" " + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"chunk size with 0x", send("0x" + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {"chunk_extension"}},
        {"negative chunk size", send("-1\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"chunk size with a plus", send("+" + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"chunk size of nothing", send("\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"chunk size beyond 64 bits", send("1000000000000001f\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"chunk size of 64 bits", send("ffffffffffffffff\r\n" + body + "\r\n0\r\n\r\n") + good(), {"body_too_large"}},
        {"chunk longer than it says", send("5\r\n" + body + "\r\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"LF alone behind a chunk", send(size + "\r\n" + body + "\n0\r\n\r\n") + good(), {"malformed_request"}},
        {"no line end behind a chunk", send(size + "\r\n" + body + "0\r\n\r\n") + good(), {"malformed_request"}},
        {"two bytes of other kind behind a chunk", send(size + "\r\n" + body + "xx0\r\n\r\n") + good(), {"malformed_request"}},
        {"lone LFs at the end", send(chunk(body) + "0\n\n") + good(), {"chunk_extension"}},
        {"a trailer", send(chunk(body) + "0\r\nX: y\r\n\r\n") + good(), {"trailer_fields"}},
        {"a signature as a trailer", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}\r\n{}0\r\nStripe-Signature: {}\r\n\r\n", test_path, te, chunk(body), signature_of(body)), {"bad_signature"}},
        {"a second signature as a trailer", send(chunk(body) + "0\r\nStripe-Signature: " + signature_of(body) + "\r\n\r\n"), {"trailer_fields"}},
        {"a length as a trailer", send(chunk(body) + "0\r\nContent-Length: 3\r\n\r\n") + good(), {"bad_content_length"}},
        {"a coding as a trailer", send(chunk(body) + "0\r\nTransfer-Encoding: chunked\r\n\r\n") + good(), {"bad_transfer_encoding"}},
        {"a trailer that is no field", send(chunk(body) + "0\r\nnonsense\r\n\r\n") + good(), {"malformed_request"}},
        {"a folded trailer", send(chunk(body) + "0\r\n X: y\r\n\r\n") + good(), {"malformed_request"}},
        {"an endless trailer", send(chunk(body) + "0\r\nX: " + std::string(100'000, 'y')), {"malformed_request"}},
        {"an endless chunk extension", send(size + ";a=" + std::string(100'000, 'y')), {"malformed_request"}},
        {"an endless chunk size", send(std::string(100'000, '0')), {"malformed_request"}},
        {"many chunk extensions", send([] { std::string all; for (int i = 0; i < 100; ++i) { all += "1;" + std::string(100, 'e') + "\r\nx\r\n"; } return all; }()), {"chunk_extension"}},
        {"a body at the limit", good(full), {"ok"}},
        {"a body beyond the limit", good(over), {"body_too_large"}},
        {"a length far beyond the limit", post("Content-Length: 18446744073709551615\r\n", "", "x"), {"body_too_large"}},
        {"chunks up to the limit", send(chunked(full), full), {"ok"}},
        {"a chunk beyond the limit", send(chunked(over), over) + good(), {"body_too_large"}},
        {"chunks that sum up beyond the limit", send(chunk(full) + chunk("x") + "0\r\n\r\n", over) + good(), {"body_too_large"}},
        {"crumbs: too much on the wire", send(crumbs + "0\r\n\r\n", full) + good(), {"body_too_large"}},
        {"zeros before every size: too much on the wire", send([] { std::string all; for (std::size_t i = 0; i < limit / 50; ++i) { all += std::string(120, '0') + "1\r\nx\r\n"; } return all; }()) + good(), {"body_too_large"}},
    };
}

// clang-format on

}  // namespace billhook::testing
