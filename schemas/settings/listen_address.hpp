#pragma once

#include <cstdint>
#include <string>

namespace billhook {

struct listen_address {
    std::string host;        // an IPv4 or IPv6 address, without brackets; of a server also a name
    std::uint16_t port = 0;  // 0: any free one

    friend bool operator==(const listen_address&, const listen_address&) = default;
};

}  // namespace billhook
