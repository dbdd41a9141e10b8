#include "tests/ingest/server/raw_rows.hpp"
#include "tests/ingest/server/served.hpp"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <utility>

namespace billhook::testing {

namespace {

using namespace std::string_literals;

// tchar of RFC 9110, 5.6.2, besides letters and digits; and what delimits tokens there.
constexpr std::string_view token_marks = "!#$%&'*+-.^_`|~";
constexpr std::string_view delimiters = "\"(),/:;<=>?@[\\]{}";

std::string byte_named(unsigned char byte) {
    return byte > ' ' && byte < 0x7f ? fmt::format("{}", static_cast<char>(byte))
                                     : fmt::format("0x{:02x}", byte);
}

// A row a line.
// clang-format off

// What may stand in a name, a value, a target, a method: one byte of each kind.
void add_bytes(std::vector<raw_row>& rows) {
    const std::string path{test_path};
    const auto add = [&](std::string_view where, unsigned char byte, std::string bytes, std::string_view answer) {
        rows.push_back({fmt::format("{} in {}", byte_named(byte), where), std::move(bytes), {answer}});
    };
    for (unsigned byte = 0; byte < 256; byte = byte == ' ' ? 0x7f : byte + 1) {
        const std::string one(1, static_cast<char>(byte));
        // HTAB and SP are white space within a value, obs-text stands from 0x80 on.
        const bool in_value = one == "\t" || one == " " || byte >= 0x80;
        if (byte < 0x81 || byte == 0xff) {
            const auto code = static_cast<unsigned char>(byte);
            add("a value", code, with_fields("X: a" + one + "b\r\n"), in_value ? "ok" : "malformed_request");
            add("a name", code, with_fields("X" + one + "Y: a\r\n"), "malformed_request");
            add("a target", code, with_line("POST " + path + one + "a HTTP/1.1"), byte == ' ' ? "malformed_request" : "bad_target");
        }
    }
    for (const char mark : token_marks) {
        add("a name", static_cast<unsigned char>(mark), with_fields(fmt::format("X{}Y: a\r\n", mark)), "ok");
    }
    for (const char mark : delimiters) {
        if (mark != ':') {  // ends the name
            add("a name", static_cast<unsigned char>(mark), with_fields(fmt::format("X{}Y: a\r\n", mark)), "malformed_request");
        }
        add("a value", static_cast<unsigned char>(mark), with_fields(fmt::format("X: a{}b\r\n", mark)), "ok");
        add("a method", static_cast<unsigned char>(mark), with_line(fmt::format("PO{}ST {} HTTP/1.1", mark, path)), "bad_method");
    }
}

void add_versions(std::vector<raw_row>& rows) {
    for (const std::string_view version :
         {"HTTP/1.1 ", "HTTP/1.1\t", "HTTP/1.11", "HTTP/01.1", "HTTP/1.01", "HTTP/1,1", "HTTP/1", "HTTP/1.", "HTTP/.1",
          "HTTP /1.1", "HTTP/ 1.1", "HTTP/1 .1", "HTTP/-1.1", "HTTP/1.x", "HTTP/3.0", "HTTP/0.9", "HTTPS/1.1", "HTP/1.1",
          "ICY/1.1", "RTSP/1.0", "1.1", "HTTP/1.1 HTTP/1.1"}) {
        rows.push_back({fmt::format("version \"{}\"", version), with_line(fmt::format("POST {} {}", test_path, version)), {"malformed_request"}});
    }
}

// uri-host [ ":" port ] of RFC 9110, 7.2, and RFC 3986, 3.2.2.
void add_hosts(std::vector<raw_row>& rows) {
    const auto add = [&](std::string_view host, std::string_view answer) {
        const auto fields = fmt::format("Host: {}\r\nContent-Length: {}\r\nStripe-Signature: {}\r\n", host, small_body.size(), signature_of(small_body));
        rows.push_back({fmt::format("host \"{}\"", host), fmt::format("POST {} HTTP/1.1\r\n{}\r\n{}", test_path, fields, small_body), {answer}});
    };
    for (const std::string_view host :
         {"a.example", "a.example.", "A.EXAMPLE:80", "a:", "a:0", "a:65535", "192.0.2.1", "192.0.2.1:8080", "[2001:db8::1]",
          "[::ffff:192.0.2.1]:443", "a_b", "a%2eb", "xn--bcher-kva.example", "a-b.example"}) {
        add(host, "ok");
    }
    for (const std::string_view host :
         {"a@b", "user:pass@a", "a:80:80", "a:-1", "a:+1", "a:8o", "a: 80", "a :80", ":80", "[]", "[1]", "[::1]x", "[::1]:x",
          "[::g]", "::1", "]::1[", "a,b", "a b", "a\tb", "http://a", "a/", "a?b", "a#b", "a\\b", "\"a\"", "<a>", "a%zz", "a%",
          "{a}", "a|b", "a^b", "a`b", "b\xc3\xbc" "cher.example", "a:655350"}) {
        add(host, host == "a,b" ? "ok" : "bad_host");
    }
}

void add_framing(std::vector<raw_row>& rows) {
    const auto length = [](std::string_view value) {
        return post(fmt::format("Content-Length:{}\r\n", value), small_body, small_body);
    };
    const auto coding = [](std::string_view value) {
        return post(fmt::format("Transfer-Encoding:{}\r\n", value), small_body, chunked(small_body));
    };
    const std::vector<raw_row> more{
        {"a length without white space", length("31"), {"ok"}},
        {"a length between blanks", length("  31  "), {"ok"}},
        {"a length between tabs", length("\t31\t"), {"ok"}},
        {"a length behind VT", length("\v31"), {"malformed_request"}},
        {"a length behind NUL", length("\0" "31"s), {"malformed_request"}},
        {"a length behind a no-break space", length("\xa0" "31"), {"bad_content_length"}},
        {"a length of Arabic digits", length("\xd9\xa3\xd9\xa1"), {"bad_content_length"}},
        {"a length in quotes", length("\"31\""), {"bad_content_length"}},
        {"a length with a thousands mark", length("0,031"), {"bad_content_length"}},
        {"a length of -0", length("-0"), {"bad_content_length"}},
        {"a length of 00", length("00"), {"bad_content_length"}},
        {"a coding without white space", coding("chunked"), {"ok"}},
        {"a coding between blanks", coding("  chunked  "), {"ok"}},
        {"a coding between tabs", coding("\tchunked\t"), {"ok"}},
        {"a coding behind VT", coding("\vchunked"), {"malformed_request"}},
        {"a coding behind NUL", coding("\0chunked"s), {"malformed_request"}},
        {"a coding behind a DEL", coding("\x7f" "chunked"), {"malformed_request"}},
        {"a coding behind a no-break space", coding("\xa0" "chunked"), {"bad_transfer_encoding"}},
        {"a coding with the Kelvin sign", coding("chun\xe2\x84\xaa" "ed"), {"bad_transfer_encoding"}},
        {"a coding that is a list of one", coding("chunked,"), {"bad_transfer_encoding"}},
        {"two expectations", with_fields("Expect: 100-continue\r\nExpect: 100-continue\r\n"), {"bad_expectation"}},
        {"a list of expectations", with_fields("Expect: 100-continue, 100-continue\r\n"), {"bad_expectation"}},
        {"an expectation with a parameter", with_fields("Expect: 100-continue;a=b\r\n"), {"bad_expectation"}},
        {"an expectation in upper case", with_fields("EXPECT: 100-CONTINUE\r\n"), {"ok"}},
        {"an empty encoding", with_fields("Content-Encoding:\r\n"), {"unsupported_content_encoding"}},
        {"a connection's option that names a field", with_fields("Connection: Stripe-Signature\r\n"), {"ok"}},
        {"a connection's option that names the length", with_fields("Connection: Content-Length\r\n"), {"ok"}},
        {"close beside keep-alive", with_fields("Connection: keep-alive, close\r\n"), {"ok"}, true},
        {"close in a second field", with_fields("Connection: keep-alive\r\nConnection: close\r\n"), {"ok"}, true},
        {"an upgrade to a web socket", with_fields("Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n"), {"ok"}},
        {"another method by a field", with_fields("X-HTTP-Method-Override: DELETE\r\n"), {"ok"}},
        {"another target by a field", with_fields("X-Original-URL: /metrics\r\n"), {"ok"}},
        {"a forwarded host", with_fields("X-Forwarded-Host: evil.example\r\n"), {"ok"}},
        {"a range", with_fields("Range: bytes=0-1\r\n"), {"ok"}},
        {"a condition", with_fields("If-None-Match: *\r\n"), {"ok"}},
        {"trailers announced and none sent", with_fields("TE: trailers\r\nTrailer: X\r\n"), {"ok"}},
        {"HTTP/1.0 that keeps alive", with_line(fmt::format("POST {} HTTP/1.0\r\nConnection: keep-alive", test_path)), {"ok"}, true},
        {"HTTP/1.0 that expects", with_line(fmt::format("POST {} HTTP/1.0\r\nExpect: 100-continue", test_path)), {"ok"}, true},
        {"an empty line before a request", "\r\n" + good(), {"bad_method"}},
        {"a NUL before a request", "\0"s + good(), {"bad_method"}},
        {"a blank before a request", " " + good(), {"bad_method"}},
        {"a byte order mark before a request", "\xef\xbb\xbf" + good(), {"bad_method"}},
        {"a response instead of a request", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", {"bad_method"}},
        {"a PROXY line before a request", "PROXY TCP4 192.0.2.1 192.0.2.2 1 2\r\n" + good(), {"malformed_request"}},
        {"line ends of LF alone", "POST /stripe/webhook HTTP/1.1\nHost: a\nContent-Length: 0\n\n", {"malformed_request"}},
        {"line ends of CR alone", "POST /stripe/webhook HTTP/1.1\rHost: a\rContent-Length: 0\r\r", {"malformed_request"}},
        {"line ends turned round", "POST /stripe/webhook HTTP/1.1\n\rHost: a\n\r\n\r", {"malformed_request"}},
        {"a header that ends by LF", "POST /stripe/webhook HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\n", {"request_timeout"}},
    };
    rows.insert(rows.end(), more.begin(), more.end());
}

// The parts of a good signature of small_body.
const std::string whole = signature_of(small_body);
const std::string t = "t=1700000000";
const std::string v1 = whole.substr(t.size() + 1);
const std::string hex = v1.substr(3);
const std::string zeros = "v1=" + std::string(64, '0');

raw_row row_of(std::string name, std::string_view signature, std::string_view answer = "bad_signature") {
    auto bytes = fmt::format(
        "POST {} HTTP/1.1\r\nHost: a\r\nContent-Length: {}\r\nStripe-Signature: {}\r\n\r\n{}",
        test_path, small_body.size(), signature, small_body
    );
    return {std::move(name), std::move(bytes), {answer}};
}

std::string many(std::size_t count, const std::string& each) {
    std::string all;
    for (std::size_t i = 0; i < count; ++i) {
        all += "," + each;
    }
    return all;
}

std::vector<raw_row> signed_at_no_time() {
    return {
        row_of("signature with the v1 first", v1 + "," + t, "ok"),
        row_of("signature without t", v1),
        row_of("signature with two t", t + "," + whole),
        row_of("signature with two t of which one is good", whole + ",t=1"),
        row_of("signature with an empty t", "t=," + v1),
        row_of("signature with t of zero", "t=0," + v1),
        row_of("signature with a minus", "t=-1700000000," + v1),
        row_of("signature with a plus", "t=+1700000000," + v1),
        row_of("signature with t as a float", "t=1700000000.0," + v1),
        row_of("signature with t as a power", "t=17e8," + v1),
        row_of("signature with t in hex", "t=0x6553f100," + v1),
        row_of("signature with t and letters", "t=1700000000abc," + v1),
        row_of("signature with t that is no number", "t=NaN," + v1),
        row_of("signature with t in milliseconds", "t=1700000000000," + v1),
        row_of("signature with t beyond 64 bits", "t=18446744075409551616," + v1),
        row_of("signature with t in Arabic digits", "t=\xd9\xa1\xd9\xa7," + v1),
        row_of("signature with zeros before t", "t=001700000000," + v1),
        row_of("signature with two equals signs", t + ",v1==" + hex),
        row_of("signature of an age within the tolerance but of another body", "t=1699999700," + v1),
        row_of("signature too old by a second", "t=1699999699," + v1),
        row_of("signature too young by a second", "t=1700000301," + v1),
        row_of("signature of the distant past", "t=1," + v1),
        row_of("signature of the distant future", "t=999999999999," + v1),
    };
}

std::vector<raw_row> signed_wrong() {
    auto upper = hex;
    std::transform(upper.begin(), upper.end(), upper.begin(), [](unsigned char c) { return std::toupper(c); });
    return {
        row_of("signature as Stripe sends it", whole, "ok"),
        row_of("signature with a v0 beside", whole + ",v0=" + hex, "ok"),
        row_of("signature with a wrong v1 before", t + "," + zeros + "," + v1, "ok"),
        row_of("signature with a wrong v1 behind", whole + "," + zeros, "ok"),
        row_of("signature with an unknown key", whole + ",x=y", "ok"),
        row_of("sixteen signatures of which the last is good", t + many(15, zeros) + "," + v1, "ok"),
        row_of("seventeen signatures of which the last is good", t + many(16, zeros) + "," + v1),
        row_of("signature under v0 alone", t + ",v0=" + hex),
        row_of("signature under v2", t + ",v2=" + hex),
        row_of("signature under V1", t + ",V1=" + hex),
        row_of("signature in upper-case hex", t + ",v1=" + upper),
        row_of("signature of 63 digits", t + ",v1=" + hex.substr(1)),
        row_of("signature of 65 digits", t + ",v1=" + hex + "0"),
        row_of("signature of none", t + ",v1="),
        row_of("signature in quotes", t + ",v1=\"" + hex + "\""),
        row_of("signature with 0x", t + ",v1=0x" + hex.substr(2)),
        row_of("signature with another letter", t + ",v1=g" + hex.substr(1)),
        row_of("signature in base64", t + ",v1=MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc="),
        row_of("signature with a blank behind the comma", t + ", " + v1),
        row_of("signature with a blank before the comma", t + " ," + v1),
        row_of("signature with a blank behind the equals sign", "t= 1700000000," + v1),
        row_of("signature with a tab between", t + ",\t" + v1),
        row_of("signature with an empty item", t + ",," + v1),
        row_of("signature with a comma first", "," + whole),
        row_of("signature with a comma last", whole + ","),
        row_of("signature with semicolons", t + ";" + v1),
        row_of("signature with an item without a key", whole + ",=x"),
        row_of("signature with an item without a value", whole + ",x"),
        row_of("signature with high bytes behind", whole + ",\xc3\xa4=\xff"),
        row_of("signature of 4,096 bytes", whole + "," + std::string(4'096 - whole.size() - 3, 'x') + "=y", "ok"),
        row_of("signature of 4,097 bytes", whole + "," + std::string(4'097 - whole.size() - 3, 'x') + "=y"),
        row_of("signature of zeros", t + "," + zeros),
        row_of("signature of one bit more", t + ",v1=" + (hex[0] == '0' ? "1" : "0") + hex.substr(1)),
        row_of("signature that is no such thing", "Bearer abc"),
        row_of("signature of the empty body", signature_of("")),
        row_of("signature of the body and a line end", signature_of(std::string{small_body} + "\n")),
    };
}

}  // namespace

std::vector<raw_row> grammar_rows() {
    std::vector<raw_row> rows;
    add_bytes(rows);
    add_versions(rows);
    add_hosts(rows);
    add_framing(rows);
    return rows;
}

std::vector<raw_row> signature_rows() {
    auto rows = signed_wrong();
    for (auto& row : signed_at_no_time()) {
        rows.push_back(std::move(row));
    }
    return rows;
}

// clang-format on

}  // namespace billhook::testing
