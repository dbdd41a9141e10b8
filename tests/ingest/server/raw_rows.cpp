#include "tests/ingest/server/raw_rows.hpp"

#include "tests/ingest/server/served.hpp"

#include <fmt/format.h>

namespace billhook::testing {

namespace {

using namespace std::string_literals;

std::string with_length(std::string_view body) {
    return fmt::format("Content-Length: {}\r\n", body.size());
}

// A good request with another request line, or with fields before all others.
std::string line(std::string_view request_line) {
    auto bytes = good();
    return fmt::format("{}{}", request_line, bytes.substr(bytes.find("\r\n")));
}
std::string with(std::string_view fields) {
    return post(fmt::format("{}{}", fields, with_length(small_body)), small_body, small_body);
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
        {"a good request", good(), {200}, false, 1},
        {"two good requests at once", good() + good(), {200, 200}, false, 2},
        {"five good requests at once", good() + good() + good() + good() + good(), {200, 200, 200, 200, 200}, false, 5},
        {"empty body", good(""), {200}, false, 1},
        {"body that is no JSON", good("hello"), {200}, false, 1},
        {"body with NUL and 0xFF", good("{\"id\":\"evt_nul\0\xff\"}"s), {200}, false, 1},
        {"body of line ends", good("\r\n\r\n"), {200}, false, 1},
        {"body that looks like a request", good(good()), {200}, false, 1},
        {"lower-case method", line("post " + p + " HTTP/1.1"), {400}},
        {"mixed-case method", line("Post " + p + " HTTP/1.1"), {400}},
        {"method with a digit", line("P0ST " + p + " HTTP/1.1"), {400}},
        {"method with a paren", line("PO(ST " + p + " HTTP/1.1"), {400}},
        {"empty method", line(" " + p + " HTTP/1.1"), {400}},
        {"GET", line("GET " + p + " HTTP/1.1"), {405}},
        {"PUT", line("PUT " + p + " HTTP/1.1"), {405}},
        {"DELETE", line("DELETE " + p + " HTTP/1.1"), {405}},
        {"OPTIONS", line("OPTIONS " + p + " HTTP/1.1"), {405}},
        {"TRACE", line("TRACE " + p + " HTTP/1.1"), {405}},
        {"PATCH", line("PATCH " + p + " HTTP/1.1"), {405}},
        {"a method nobody knows", line("FROBNICATE " + p + " HTTP/1.1"), {405}},
        {"PRI of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", {400}},
        {"CONNECT", line("CONNECT a:443 HTTP/1.1"), {400}},
        {"OPTIONS star", line("OPTIONS * HTTP/1.1"), {400}},
        {"absolute URI", line("POST http://a" + p + " HTTP/1.1"), {400}},
        {"target without slash", line("POST stripe/webhook HTTP/1.1"), {400}},
        {"non-ASCII target", line("POST /stripe/w\xc3\xa4" "bhook HTTP/1.1"), {400}},
        {"no target", line("POST HTTP/1.1"), {400}},
        {"two spaces before the target", line("POST  " + p + " HTTP/1.1"), {400}},
        {"two spaces before the version", line("POST " + p + "  HTTP/1.1"), {400}},
        {"tab before the target", line("POST\t" + p + " HTTP/1.1"), {400}},
        {"NUL in the target", line("POST /stripe\0/webhook HTTP/1.1"s), {400}},
        {"another path", line("POST /other HTTP/1.1"), {404}},
        {"the root", line("POST / HTTP/1.1"), {404}},
        {"trailing slash", line("POST " + p + "/ HTTP/1.1"), {404}},
        {"query string", line("POST " + p + "?a=b HTTP/1.1"), {404}},
        {"empty query string", line("POST " + p + "? HTTP/1.1"), {404}},
        {"fragment", line("POST " + p + "#a HTTP/1.1"), {404}},
        {"doubled slash", line("POST /" + p + " HTTP/1.1"), {404}},
        {"percent encoding is not decoded", line("POST /stripe/webhoo%6b HTTP/1.1"), {404}},
        {"dot segments are not resolved", line("POST /stripe/../stripe/webhook HTTP/1.1"), {404}},
        {"upper-case path", line("POST /STRIPE/WEBHOOK HTTP/1.1"), {404}},
        {"path prefix", line("POST " + p + "s HTTP/1.1"), {404}},
        {"GET of another path", line("GET /metrics HTTP/1.1"), {404}},
        {"HTTP/1.0", line("POST " + p + " HTTP/1.0"), {200}, true, 1},
        {"HTTP/0.9", "POST " + p + "\r\n\r\n", {400}},
        {"HTTP/1.2", line("POST " + p + " HTTP/1.2"), {400}},
        {"HTTP/2.0", line("POST " + p + " HTTP/2.0"), {400}},
        {"HTTP/11.1", line("POST " + p + " HTTP/11.1"), {400}},
        {"lower-case version", line("POST " + p + " http/1.1"), {400}},
        {"no host", head(signed_twice) + std::string{small_body}, {400}},
        {"two hosts", with("Host: a\r\n"), {400}},
        {"two different hosts", with("Host: b\r\n"), {400}},
        {"empty host", head("Host:\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"host with a space", head("Host: a b\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"host with a port of letters", head("Host: a:http\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"host with half an encoding", head("Host: a%2\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"host with an open bracket", head("Host: [::1\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"host with an IPv6 address", head("Host: [::1]:8080\r\n" + signed_twice) + std::string{small_body}, {200}, false, 1},
        {"host with a slash", head("Host: a/b\r\n" + signed_twice) + std::string{small_body}, {400}},
        {"bare LF after the request line", "POST " + p + " HTTP/1.1\nHost: a\r\n\r\n", {400}},
        {"bare LF after a field", head("Host: a\nX: b\r\n"), {400}},
        {"bare CR in a field", head("Host: a\r\nX: a\rb\r\n"), {400}},
        {"NUL in a field", with("X: a\0b\r\n"s), {400}},
        {"VT in a field", with("X: a\vb\r\n"), {400}},
        {"DEL in a field", with("X: a\x7f" "b\r\n"), {400}},
        {"space before the colon", with("X : a\r\n"), {400}},
        {"space before a length's colon", with("Content-Length : 3\r\n"), {400}},
        {"field without colon", with("nonsense\r\n"), {400}},
        {"field without name", with(": a\r\n"), {400}},
        {"field name with a space", with("X Y: a\r\n"), {400}},
        {"field name with a high byte", with("X\xe4: a\r\n"), {400}},
        {"folded field", with("X: a\r\n b\r\n"), {400}},
        {"folded with a tab", with("X: a\r\n\tb\r\n"), {400}},
        {"a fold in front of nothing", with("X:\r\n \r\n"), {400}},
        {"a fold with a tab in front of nothing", with("X: \r\n\t\r\n"), {400}},
        {"two folds in front of nothing", with("X:\r\n \r\n \r\n"), {400}},
        {"an empty field before another", with("X:\r\nY: \r\n"), {200}, false, 1},
        {"first field folded", "POST " + p + " HTTP/1.1\r\n Host: a\r\n\r\n", {400}},
        {"high byte in a value", with("X: \xe4\r\n"), {200}, false, 1},
        {"empty value", with("X:\r\n"), {200}, false, 1},
        {"tab around a value", with("X:\ta\t\r\n"), {200}, false, 1},
        {"63 fields", with([] { std::string all; for (int i = 0; i < 61; ++i) { all += "X: y\r\n"; } return all; }()), {200}, false, 1},
        {"too many fields", with([] { std::string all; for (int i = 0; i < 70; ++i) { all += "X: y\r\n"; } return all; }()), {431}},
        {"header too large", with("X: " + std::string(9000, 'a') + "\r\n"), {431}},
        {"header far too large", with("X: " + std::string(200'000, 'a') + "\r\n"), {431}},
        {"target too large", line("POST /" + std::string(9000, 'a') + " HTTP/1.1"), {431}},
        {"a line without end", std::string(30'000, 'A'), {431}},
        {"TLS to the plain port", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"s + std::string(600, '\0'), {400}},
        {"the other side's banner", "SSH-2.0-OpenSSH_9.2\r\n\r\n", {400}},
        {"expectation", post("Expect: 100-continue\r\n" + with_length(small_body), small_body, small_body), {200}, false, 1},
        {"unknown expectation", with("Expect: 200-ok\r\n"), {400}},
        {"empty expectation", with("Expect:\r\n"), {400}},
        {"gzip", with("Content-Encoding: gzip\r\n"), {415}},
        {"identity encoding", with("Content-Encoding: identity\r\n"), {415}},
        {"Connection: close", with("Connection: close\r\n"), {200}, true, 1},
        {"Connection: CLOSE in a list", with("Connection: x, CLOSE\r\n"), {200}, true, 1},
        {"Connection: keep-alive", with("Connection: keep-alive\r\n"), {200}, false, 1},
        {"upgrade to h2c is ignored", with("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n"), {200}, false, 1},
        {"close and then another", with("Connection: close\r\n") + good(), {200}, true, 1},
        {"no signature", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\n\r\n{{}}", p), {400}},
        {"empty signature", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nStripe-Signature:\r\nContent-Length: 2\r\n\r\n{{}}", p), {400}},
        {"signature of another body", post("Content-Length: 2\r\n", small_body, "{}"), {400}},
        {"two signatures, both good", with("Stripe-Signature: " + signature_of(small_body) + "\r\n"), {400}},
        {"two signatures, first empty", with("stripe-signature:\r\n"), {400}},
        {"signature under another name", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nStripe_Signature: {}\r\nContent-Length: 2\r\n\r\n{{}}", p, signature_of("{}")), {400}},
        {"signature in upper-case name", fmt::format("POST {} HTTP/1.1\r\nHOST: a\r\nSTRIPE-SIGNATURE: {}\r\nCONTENT-LENGTH: 2\r\n\r\n{{}}", p, signature_of("{}")), {200}, false, 1},
        {"a bad signature, then a good one", post("Content-Length: 2\r\n", small_body, "{}") + good(), {400}},
    };
}

std::vector<raw_row> smuggling_rows() {
    const auto fields = [](std::string_view text) { return std::string{text}; };
    const auto te = [](std::string_view value) {
        return fmt::format("Transfer-Encoding: {}\r\n", value);
    };
    const auto length = with_length(small_body);
    std::vector<raw_row> rows{
        {"chunked", post(te("chunked"), small_body, chunked(small_body)), {200}, false, 1},
        {"length, then coding", coded(length + te("chunked")), {400}},
        {"coding, then length", coded(te("chunked") + length), {400}},
        {"length zero, then coding", coded("Content-Length: 0\r\n" + te("chunked")), {400}},
        {"coding, then length zero", coded(te("chunked") + "Content-Length: 0\r\n"), {400}},
        {"two codings", coded(te("chunked") + te("chunked")), {400}},
        {"chunked, then identity", coded(te("chunked") + te("identity")), {400}},
        {"identity, then chunked", coded(te("identity") + te("chunked")), {400}},
        {"identity, then length", hiding(te("identity") + "Content-Length: 0\r\n"), {400}},
        {"folded coding", coded("Transfer-Encoding:\r\n chunked\r\n"), {400}},
        {"folded coding with a tab", coded("Transfer-Encoding: chunked\r\n\t\r\n"), {400}},
        {"coding with an underscore is no coding", hiding("Transfer_Encoding: chunked\r\n"), {411}},
        {"space before the coding's colon", coded("Transfer-Encoding : chunked\r\n"), {400}},
        {"CR before the coding", coded("X: a\rTransfer-Encoding: chunked\r\n"), {400}},
        {"LF before the coding", coded("X: a\nTransfer-Encoding: chunked\r\n"), {400}},
        {"coding in upper-case name", post("TRANSFER-ENCODING: chunked\r\n", small_body, chunked(small_body)), {200}, false, 1},
        {"neither length nor coding", hiding(""), {411}},
        {"equal lengths", hiding(length + length), {400}},
        {"different lengths", hiding("Content-Length: 0\r\nContent-Length: 9\r\n"), {400}},
        {"HTTP/1.0 and chunked", "POST /stripe/webhook HTTP/1.0" + coded(te("chunked")).substr(29), {400}},
        {"HTTP/1.0 without length", "POST /stripe/webhook HTTP/1.0" + hiding("").substr(29), {411}},
        {"GET with a body", "GET" + good().substr(4) + good(), {405}},
        {"404 with a body", "POST /x" + good().substr(20) + good(), {404}},
        {"bytes behind a good request", good() + "x y\r\n\r\n", {200, 400}, true, 1},
        {"line end behind a good request", good() + "\r\n" + good(), {200, 400}, true, 1},
    };
    for (const std::string value :
         {"xchunked", "identity", "chunked, identity", "chunked, chunked", "gzip, chunked", "gzip",
          "chunked;q=1", "chunked;", "chunked,", ", chunked", "chunked, gzip", "CHUNKED", "Chunked",
          "\"chunked\"", "chunked chunked", "chunked\xa0", "x", "", "chunkedx", "deflate"}) {
        rows.push_back({fields("Transfer-Encoding: " + value), coded(te(value)), {400}});
        rows.push_back({fields("hidden by Transfer-Encoding: " + value), hiding(te(value)), {400}});
    }
    for (const std::string value :
         {"3, 3", "3,3", "003", "+3", "-3", "0x3", "3 3", "3.0", "3;", "1e1", "", "three",
          "18446744073709551616", "99999999999999999999999999", "\xb3"}) {
        rows.push_back({"Content-Length: " + value, hiding("Content-Length: " + value + "\r\n"), {400}});
    }
    return rows;
}

std::vector<raw_row> body_rows(std::size_t limit) {
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
        {"one chunk", send(chunked(body)), {200}, false, 1},
        {"chunks of a byte", send(bytewise + "0\r\n\r\n"), {200}, false, 1},
        {"chunk size in upper case", send("1F\r\n" + body + "\r\n0\r\n\r\n"), {200}, false, 1},
        {"chunk size with zeros in front", send("00" + size + "\r\n" + body + "\r\n000\r\n\r\n"), {200}, false, 1},
        {"no chunk at all", send("0\r\n\r\n", ""), {200}, false, 1},
        {"chunked, then another", send(chunked(body)) + good(), {200, 200}, false, 2},
        {"chunk extension", send(size + ";a=b\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk extension without value", send(size + ";a\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk extension at the end", send(chunk(body) + "0;a=b\r\n\r\n") + good(), {400}},
        {"lone LF in a chunk extension", send(size + ";a\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"lone LF after a chunk size", send(size + "\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"lone CR after a chunk size", send(size + "\r" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"quoted line end in an extension", send(size + ";a=\"\r\nX: y\"\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"space after a chunk size", send(size + " \r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"space before a chunk size", send(" " + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk size with 0x", send("0x" + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"negative chunk size", send("-1\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk size with a plus", send("+" + size + "\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk size of nothing", send("\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk size beyond 64 bits", send("1000000000000001f\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"chunk size of 64 bits", send("ffffffffffffffff\r\n" + body + "\r\n0\r\n\r\n") + good(), {413}},
        {"chunk longer than it says", send("5\r\n" + body + "\r\n0\r\n\r\n") + good(), {400}},
        {"LF alone behind a chunk", send(size + "\r\n" + body + "\n0\r\n\r\n") + good(), {400}},
        {"no line end behind a chunk", send(size + "\r\n" + body + "0\r\n\r\n") + good(), {400}},
        {"two bytes of other kind behind a chunk", send(size + "\r\n" + body + "xx0\r\n\r\n") + good(), {400}},
        {"lone LFs at the end", send(chunk(body) + "0\n\n") + good(), {400}},
        {"a trailer", send(chunk(body) + "0\r\nX: y\r\n\r\n") + good(), {400}},
        {"a signature as a trailer", fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}\r\n{}0\r\nStripe-Signature: {}\r\n\r\n", test_path, te, chunk(body), signature_of(body)), {400}},
        {"a second signature as a trailer", send(chunk(body) + "0\r\nStripe-Signature: " + signature_of(body) + "\r\n\r\n"), {400}},
        {"a length as a trailer", send(chunk(body) + "0\r\nContent-Length: 3\r\n\r\n") + good(), {400}},
        {"a coding as a trailer", send(chunk(body) + "0\r\nTransfer-Encoding: chunked\r\n\r\n") + good(), {400}},
        {"a trailer that is no field", send(chunk(body) + "0\r\nnonsense\r\n\r\n") + good(), {400}},
        {"a folded trailer", send(chunk(body) + "0\r\n X: y\r\n\r\n") + good(), {400}},
        {"an endless trailer", send(chunk(body) + "0\r\nX: " + std::string(100'000, 'y')), {400}},
        {"an endless chunk extension", send(size + ";a=" + std::string(100'000, 'y')), {400}},
        {"an endless chunk size", send(std::string(100'000, '0')), {400}},
        {"many chunk extensions", send([] { std::string all; for (int i = 0; i < 100; ++i) { all += "1;" + std::string(100, 'e') + "\r\nx\r\n"; } return all; }()), {400}},
        {"a body at the limit", good(full), {200}, false, 1},
        {"a body beyond the limit", good(over), {413}},
        {"a length far beyond the limit", post("Content-Length: 18446744073709551615\r\n", "", "x"), {413}},
        {"chunks up to the limit", send(chunked(full), full), {200}, false, 1},
        {"a chunk beyond the limit", send(chunked(over), over) + good(), {413}},
        {"chunks that sum up beyond the limit", send(chunk(full) + chunk("x") + "0\r\n\r\n", over) + good(), {413}},
        {"crumbs: too much on the wire", send(crumbs + "0\r\n\r\n", full) + good(), {413}},
        {"zeros before every size: too much on the wire", send([&] { std::string all; for (std::size_t i = 0; i < limit / 50; ++i) { all += std::string(120, '0') + "1\r\nx\r\n"; } return all; }()) + good(), {413}},
    };
}

// clang-format on

}  // namespace billhook::testing
