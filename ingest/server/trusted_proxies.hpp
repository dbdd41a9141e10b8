#pragma once

#include "ingest/http/message.hpp"
#include "ingest/server/admission.hpp"

#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// Who stands in front of this server for many clients, and in which header field they say for whom.
struct trusted_proxies {
    std::vector<boost::asio::ip::network_v4> of_v4;
    std::vector<boost::asio::ip::network_v6> of_v6;
    std::string field;  // "X-Forwarded-For"; empty: they say nothing

    [[nodiscard]] bool lists(const boost::asio::ip::address& one) const;
    // Whom a connection from there counts for. Of a client with an IPv6 address it is his /64: who
    // has one address of it has all.
    [[nodiscard]] client client_of(const boost::asio::ip::address& peer) const;
    // Whom a request counts for that came from there: if that is a listed proxy, the last address
    // in the field that is none; nobody if the field is missing, twice or says something else.
    [[nodiscard]] client client_of(const boost::asio::ip::address& peer, const http::fields& said)
        const;
};

// "10.0.0.0/8, 192.0.2.7, 2001:db8::/32"; empty is none. nullopt if it is something else.
[[nodiscard]] std::optional<trusted_proxies> trusted_proxies_from(
    std::string_view networks,
    std::string field
);

}  // namespace billhook
