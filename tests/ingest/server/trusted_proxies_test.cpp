#include "ingest/server/trusted_proxies.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

boost::asio::ip::address at(const std::string& text) {
    return boost::asio::ip::make_address(text);
}

TEST_CASE("trusted proxies: addresses and networks are read and nothing else") {
    struct row {
        const char* text;
        bool good;
    };
    for (const auto& row : {
             row{"",                                         true },
             {" ",                                        true },
             {"192.0.2.7",                                true },
             {"10.0.0.0/8, 192.0.2.7 ,2001:db8::/32,::1", true },
             {"10.0.0.0/33",                              false},
             {"10.0.0.0/8/8",                             false},
             {"proxy.example",                            false},
             {"192.0.2.7;192.0.2.8",                      false},
             {"192.0.2.7,,192.0.2.8",                     false}
    }) {
        CAPTURE(row.text);
        CHECK(trusted_proxies_from(row.text, "").has_value() == row.good);
    }
}

TEST_CASE("trusted proxies: a request counts for whom a listed proxy names") {
    const auto known = *trusted_proxies_from("10.0.0.0/8,2001:db8:1::/48", "X-Forwarded-For");
    struct row {
        const char* name;
        const char* peer;
        std::vector<std::string> said;
        const char* counted;  // empty: nobody
    };
    // clang-format off
    const row rows[] = {
        {"nobody listed says nothing", "192.0.2.1", {}, "192.0.2.1"},
        {"nobody listed is not believed", "192.0.2.1", {"198.51.100.9"}, "192.0.2.1"},
        {"a proxy without the field", "10.1.2.3", {}, ""},
        {"a proxy names one", "10.1.2.3", {"198.51.100.9"}, "198.51.100.9"},
        {"what the client wrote before is not believed", "10.1.2.3", {"203.0.113.1, 198.51.100.9"}, "198.51.100.9"},
        {"a chain of proxies", "10.1.2.3", {"198.51.100.9, 10.9.9.9,10.8.8.8"}, "198.51.100.9"},
        {"proxies alone", "10.1.2.3", {"10.9.9.9"}, ""},
        {"no address", "10.1.2.3", {"198.51.100.9, unknown"}, ""},
        {"empty", "10.1.2.3", {""}, ""},
        {"the field twice", "10.1.2.3", {"198.51.100.9", "198.51.100.9"}, ""},
        {"an IPv4 client of a socket for both kinds", "::ffff:192.0.2.1", {}, "192.0.2.1"},
        {"a proxy of that kind", "::ffff:10.1.2.3", {"198.51.100.9"}, "198.51.100.9"},
        {"IPv6 counts by its site", "2001:db8:9:8:7:6:5:4", {}, "2001:db8:9:8::"},
        {"an IPv6 proxy", "2001:db8:1::5", {"2001:db8:9:8:7:6:5:4"}, "2001:db8:9:8::"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.name);
        http::fields said;
        for (const auto& each : row.said) {
            said.add("x-forwarded-for", each);
        }
        const auto counted = known.client_of(at(row.peer), said);
        CHECK((counted ? counted->to_string() : "") == row.counted);
    }
}

TEST_CASE("trusted proxies: a connection of a listed one counts for nobody") {
    const auto known = *trusted_proxies_from("10.0.0.0/8", "");
    CHECK_FALSE(known.client_of(at("10.200.0.1")));
    CHECK(known.client_of(at("11.0.0.1")) == at("11.0.0.1"));
    CHECK_FALSE(known.client_of(at("10.0.0.1"), http::fields{}));
}

}  // namespace
}  // namespace billhook
