#include "schemas/io/postgres/connection.hpp"

#include "schemas/io/postgres/failure.hpp"

#include <array>
#include <fmt/format.h>
#include <string_view>
#include <utility>

namespace billhook::postgres {

namespace {

// libpq quotes the offending part of a connection string that it cannot read, and that may be the
// password.
pqxx::connection opened(const connect_options& where) {
    const std::string text = connection_string(where);
    try {
        return pqxx::connection(text);
    } catch (const pqxx::broken_connection& error) {
        const std::string_view what = error.what();
        for (const char* const sign :
             {"connection info string",
              "connection option",
              "URI",
              "percent-encoded",
              "port number"}) {
            if (what.find(sign) != std::string_view::npos) {
                throw failure(
                    "the database URL cannot be read (postgresql://USER:PASSWORD@HOST:PORT/NAME)",
                    {remedy::alarm, "08001"}
                );
            }
        }
        throw;
    }
}

bool is_url(std::string_view text) {
    return text.starts_with("postgres://") || text.starts_with("postgresql://");
}

}  // namespace

std::string connection_string(const connect_options& from) {
    const std::array<std::pair<std::string_view, std::string>, 6> defaults{
        {
         {"application_name", from.application_name},
         {"connect_timeout", std::to_string(from.connect_timeout.count())},
         {"client_encoding", "UTF8"},
         {"keepalives_idle", "10"},
         {"keepalives_interval", "5"},
         {"tcp_user_timeout", "15000"},
         }
    };
    std::string text = from.url.reveal();
    const bool url = is_url(text);
    bool first = url && text.find('?') == std::string::npos;
    for (const auto& [key, value] : defaults) {
        if (value.empty() || text.find(fmt::format("{}=", key)) != std::string::npos) {
            continue;
        }
        text += url ? (first ? "?" : "&") : " ";
        text += fmt::format("{}={}", key, value);
        first = false;
    }
    return text;
}

connection::connection(const connect_options& where) : raw_(opened(where)), quiet_(raw_) {
// Deprecated in 6.4.5 because 7 does it always; until then it must be asked for.
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
    raw_.inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

}  // namespace billhook::postgres
