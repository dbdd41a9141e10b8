#pragma once

#include "ingest/server/trusted_proxies.hpp"
#include "schemas/settings/settings.hpp"

#include <boost/asio/ip/tcp.hpp>

namespace billhook {

// Where the settings say to listen. Throws cannot_listen if the host is no address.
[[nodiscard]] boost::asio::ip::tcp::endpoint endpoint_from(const listen_address& told);
// Who stands in front, by `ingest.trusted_proxies`. Throws cannot_listen if that is no list of
// addresses and networks.
[[nodiscard]] trusted_proxies proxies_from(const ingest_settings& told);

}  // namespace billhook
