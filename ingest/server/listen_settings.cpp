#include "ingest/server/listen_settings.hpp"

#include "ingest/server/listener.hpp"

#include <boost/asio/ip/address.hpp>

#include <utility>

namespace billhook {

boost::asio::ip::tcp::endpoint endpoint_from(const listen_address& told) {
    boost::system::error_code ec;
    const auto address = boost::asio::ip::make_address(told.host, ec);
    if (ec) {
        throw cannot_listen{told.host + ": is no IPv4 or IPv6 address"};
    }
    return {address, told.port};
}

trusted_proxies proxies_from(const ingest_settings& told) {
    auto proxies = trusted_proxies_from(told.trusted_proxies, told.client_address_header);
    if (!proxies) {
        throw cannot_listen{"ingest.trusted_proxies: must be addresses or networks with commas"};
    }
    return *std::move(proxies);
}

}  // namespace billhook
