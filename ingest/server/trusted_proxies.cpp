#include "ingest/server/trusted_proxies.hpp"

#include <algorithm>

namespace billhook {

namespace {

namespace ip = boost::asio::ip;
using error_code = boost::system::error_code;

constexpr unsigned short bits_of_a_site = 64;

std::string_view trimmed(std::string_view text) {
    const auto begin = text.find_first_not_of(" \t");
    if (begin == text.npos) {
        return {};
    }
    return text.substr(begin, text.find_last_not_of(" \t") - begin + 1);
}

// An IPv4 client of a socket for both kinds is one.
ip::address plain(const ip::address& one) {
    if (one.is_v6() && one.to_v6().is_v4_mapped()) {
        return ip::make_address_v4(ip::v4_mapped, one.to_v6());
    }
    return one;
}

ip::address counted_as(const ip::address& one) {
    if (one.is_v6()) {
        return ip::make_network_v6(one.to_v6(), bits_of_a_site).network();
    }
    return one;
}

template <class Network, class Address>
bool contains(const Network& all, const Address& one) {
    return Network{one, all.prefix_length()}.network() == all.network();
}

bool add(std::string_view text, trusted_proxies& into) {
    const bool is_network = text.find('/') != text.npos;
    const std::string written{text};
    error_code ec;
    if (text.find(':') == text.npos) {
        const auto full = is_network ? written : written + "/32";
        into.of_v4.push_back(ip::make_network_v4(full, ec).canonical());
    } else {
        const auto full = is_network ? written : written + "/128";
        into.of_v6.push_back(ip::make_network_v6(full, ec).canonical());
    }
    return !ec;
}

}  // namespace

bool trusted_proxies::lists(const ip::address& one) const {
    const auto address = plain(one);
    const auto has = [&](const auto& networks, const auto& it) {
        return std::any_of(networks.begin(), networks.end(), [&](const auto& each) {
            return contains(each, it);
        });
    };
    return address.is_v4() ? has(of_v4, address.to_v4()) : has(of_v6, address.to_v6());
}

client trusted_proxies::client_of(const ip::address& peer) const {
    if (lists(peer)) {
        return std::nullopt;
    }
    return counted_as(plain(peer));
}

client trusted_proxies::client_of(const ip::address& peer, const http::fields& said) const {
    if (!lists(peer)) {
        return counted_as(plain(peer));
    }
    const auto all = field.empty() ? std::nullopt : said.first(field);
    if (!all || said.count(field) != 1) {
        return std::nullopt;
    }
    // From the right: each proxy adds whom it saw at the end, and only ours are believed.
    for (auto rest = *all;;) {
        const auto comma = rest.rfind(',');
        const auto last = trimmed(comma == rest.npos ? rest : rest.substr(comma + 1));
        error_code ec;
        const auto one = ip::make_address(std::string{last}, ec);
        if (ec) {
            return std::nullopt;
        }
        if (!lists(one)) {
            return counted_as(plain(one));
        }
        if (comma == rest.npos) {
            return std::nullopt;
        }
        rest = rest.substr(0, comma);
    }
}

std::optional<trusted_proxies> trusted_proxies_from(std::string_view networks, std::string field) {
    trusted_proxies made;
    made.field = std::move(field);
    for (auto rest = networks; !trimmed(rest).empty();) {
        const auto comma = rest.find(',');
        if (!add(trimmed(rest.substr(0, comma)), made)) {
            return std::nullopt;
        }
        rest = comma == rest.npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return made;
}

}  // namespace billhook
