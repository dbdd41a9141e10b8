#include "ingest/http/framing.hpp"

#include <doctest/doctest.h>

#include <string>
#include <utility>
#include <vector>

namespace billhook::http {
namespace {

constexpr std::size_t limit = 1000;
using field_list = std::vector<std::pair<std::string, std::string>>;

request_head head_of(std::string method, std::string target, int version, const field_list& with) {
    request_head head;
    head.method = std::move(method);
    head.target = std::move(target);
    head.version = version;
    for (const auto& [name, value] : with) {
        head.fields.add(name, value);
    }
    return head;
}

// "ok", or the word of the problem that framing_of, else refuses_body, answers.
std::string_view verdict(const request_head& head) {
    const auto how = framing_of(head);
    if (!how) {
        return to_word(how.error().code);
    }
    const auto refused = refuses_body(head, *how, limit);
    return refused ? to_word(refused->code) : "ok";
}

struct row {
    const char* name;
    const char* method;
    const char* target;
    int version;
    field_list fields;
    const char* verdict;
};

const std::vector<row> rows{
    {"plain",                      "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "3"}},                                            "ok"                },
    {"chunked",                    "POST",     "/a",         11, {{"Host", "a"}, {"Transfer-Encoding", "chunked"}},                                   "ok"                },
    {"lower-case method",          "post",     "/a",         11, {{"Host", "a"}, {"Content-Length", "3"}},                                            "bad_method"        },
    {"mixed method",               "Post",     "/a",         11, {{"Host", "a"}, {"Content-Length", "3"}},                                            "bad_method"        },
    {"method with a dash",         "M-SEARCH", "/a",         11, {{"Host", "a"}},                                                                     "ok"                },
    {"absolute target",            "POST",     "http://a/a", 11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"star target",                "OPTIONS",  "*",          11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"authority target",           "CONNECT",  "a:80",       11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"non-ASCII target",           "POST",     "/\xc3\xa4",  11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"tab in target",              "POST",     "/a\tb",      11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"DEL in target",              "POST",     "/a\x7f",     11, {{"Host", "a"}},                                                                     "bad_target"        },
    {"no host",                    "POST",     "/a",         11, {{"Content-Length", "3"}},                                                           "bad_host"          },
    {"no host in HTTP/1.0",        "POST",     "/a",         10, {{"Content-Length", "3"}},                                                           "ok"                },
    {"empty host",                 "POST",     "/a",         11, {{"Host", ""}, {"Content-Length", "3"}},                                             "bad_host"          },
    {"two hosts",                  "POST",     "/a",         11, {{"Host", "a"}, {"hOST", "a"}},                                                      "bad_host"          },
    {"two hosts in HTTP/1.0",      "POST",     "/a",         10, {{"Host", "a"}, {"Host", "b"}},                                                      "bad_host"          },
    {"host with a space",          "POST",     "/a",         11, {{"Host", "a b"}},                                                                   "bad_host"          },
    {"host with a path",           "POST",     "/a",         11, {{"Host", "a/b"}},                                                                   "bad_host"          },
    {"host with a user",           "POST",     "/a",         11, {{"Host", "u@a"}},                                                                   "bad_host"          },
    {"host with a port",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a.example:8080"}, {"Content-Length", "3"}},
     "ok"                                                                                                                                                                 },
    {"host with an empty port",    "POST",     "/a",         11, {{"Host", "a:"}, {"Content-Length", "3"}},                                           "ok"                },
    {"port without a host",        "POST",     "/a",         11, {{"Host", ":80"}},                                                                   "bad_host"          },
    {"port of letters",            "POST",     "/a",         11, {{"Host", "a:http"}},                                                                "bad_host"          },
    {"port with a sign",           "POST",     "/a",         11, {{"Host", "a:+80"}},                                                                 "bad_host"          },
    {"two ports",                  "POST",     "/a",         11, {{"Host", "a:80:80"}},                                                               "bad_host"          },
    {"a port too long",            "POST",     "/a",         11, {{"Host", "a:123456"}},                                                              "bad_host"          },
    {"IPv6 without brackets",      "POST",     "/a",         11, {{"Host", "::1"}},                                                                   "bad_host"          },
    {"bracket that does not end",  "POST",     "/a",         11, {{"Host", "[::1"}},                                                                  "bad_host"          },
    {"bracket in between",         "POST",     "/a",         11, {{"Host", "a[::1]"}},                                                                "bad_host"          },
    {"something behind a bracket", "POST",     "/a",         11, {{"Host", "[::1]a"}},                                                                "bad_host"          },
    {"empty brackets",             "POST",     "/a",         11, {{"Host", "[]"}},                                                                    "bad_host"          },
    {"a name in brackets",         "POST",     "/a",         11, {{"Host", "[example]"}},                                                             "bad_host"          },
    {"encoded host",               "POST",     "/a",         11, {{"Host", "a%20b"}, {"Content-Length", "3"}},                                        "ok"                },
    {"encoding cut short",         "POST",     "/a",         11, {{"Host", "a%2"}},                                                                   "bad_host"          },
    {"no encoding",                "POST",     "/a",         11, {{"Host", "a%zz"}},                                                                  "bad_host"          },
    {"bare percent",               "POST",     "/a",         11, {{"Host", "%"}},                                                                     "bad_host"          },
    {"host with a comma",          "POST",     "/a",         11, {{"Host", "a,b"}, {"Content-Length", "3"}},                                          "ok"                },
    {"host with a quote",          "POST",     "/a",         11, {{"Host", "a\"b"}},                                                                  "bad_host"          },
    {"host with a backslash",      "POST",     "/a",         11, {{"Host", "a\\b"}},                                                                  "bad_host"          },
    {"host with a pipe",           "POST",     "/a",         11, {{"Host", "a|b"}},                                                                   "bad_host"          },
    {"host with braces",           "POST",     "/a",         11, {{"Host", "{a}"}},                                                                   "bad_host"          },
    {"IPv6 host",                  "POST",     "/a",         11, {{"Host", "[::1]:80"}, {"Content-Length", "3"}},                                     "ok"                },
    {"identity",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "identity"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"xchunked",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "xchunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"chunked, identity",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked, identity"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"chunked, chunked",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked, chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"gzip, chunked",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "gzip, chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"chunked;q=1",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked;q=1"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"chunked,",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked,"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"Chunked",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "Chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"empty coding",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", ""}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"two codings",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Transfer-Encoding", "chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"chunked in HTTP/1.0",
     "POST",                                   "/a",
     10,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"coding, then length",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "chunked"}, {"Content-Length", "3"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"length, then coding",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"Transfer-Encoding", "chunked"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"identity, then length",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "identity"}, {"Content-Length", "3"}},
     "bad_transfer_encoding"                                                                                                                                              },
    {"two equal lengths",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"content-length", "3"}},
     "bad_content_length"                                                                                                                                                 },
    {"length list",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3, 3"}},
     "bad_content_length"                                                                                                                                                 },
    {"leading zero",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "003"}},
     "bad_content_length"                                                                                                                                                 },
    {"plus",                       "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "+3"}},                                           "bad_content_length"},
    {"minus",                      "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "-3"}},                                           "bad_content_length"},
    {"hex",                        "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "0x3"}},                                          "bad_content_length"},
    {"empty length",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", ""}},
     "bad_content_length"                                                                                                                                                 },
    {"2^64",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "18446744073709551616"}},
     "bad_content_length"                                                                                                                                                 },
    {"2^64 - 1",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "18446744073709551615"}},
     "body_too_large"                                                                                                                                                     },
    {"zero",                       "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "0"}},                                            "ok"                },
    {"the limit",                  "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "1000"}},                                         "ok"                },
    {"one beyond",                 "POST",     "/a",         11, {{"Host", "a"}, {"Content-Length", "1001"}},                                         "body_too_large"    },
    {"neither length nor coding",  "POST",     "/a",         11, {{"Host", "a"}},                                                                     "length_required"   },
    {"GET needs none",             "GET",      "/a",         11, {{"Host", "a"}},                                                                     "ok"                },
    {"100-continue",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"Expect", "100-Continue"}},
     "ok"                                                                                                                                                                 },
    {"another expectation",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"Expect", "200-ok"}},
     "bad_expectation"                                                                                                                                                    },
    {"two expectations",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"},
      {"Content-Length", "3"},
      {"Expect", "100-continue"},
      {"Expect", "100-continue"}},
     "bad_expectation"                                                                                                                                                    },
    {"gzip",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"Content-Encoding", "gzip"}},
     "unsupported_content_encoding"                                                                                                                                       },
    {"identity encoding",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Content-Length", "3"}, {"content-encoding", "identity"}},
     "unsupported_content_encoding"                                                                                                                                       },
    {"method before target",       "post",     "x",          11, {},                                                                                  "bad_method"        },
    {"target before host",         "POST",     "x",          11, {},                                                                                  "bad_target"        },
    {"host before coding",         "POST",     "/a",         11, {{"Transfer-Encoding", "x"}},                                                        "bad_host"          },
    {"coding before length",
     "POST",                                   "/a",
     11,                                                         {{"Host", "a"}, {"Transfer-Encoding", "x"}, {"Content-Length", "x"}},
     "bad_transfer_encoding"                                                                                                                                              },
};

TEST_CASE("framing: every row of the table of what Beast lets through has its verdict") {
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(verdict(head_of(row.method, row.target, row.version, row.fields)) == row.verdict);
    }
}

TEST_CASE("framing: what was read is told") {
    const field_list fields{
        {"Host",           "a"           },
        {"Content-Length", "12"          },
        {"Expect",         "100-continue"}
    };
    const auto how = framing_of(head_of("POST", "/a", 11, fields));
    REQUIRE(how.has_value());
    CHECK(how->content_length == 12);
    CHECK(how->expects_continue);
    CHECK_FALSE(how->chunked);
    const auto old = framing_of(head_of("POST", "/a", 10, fields));
    REQUIRE(old.has_value());
    CHECK_FALSE(old->expects_continue);
}

}  // namespace
}  // namespace billhook::http
