#pragma once

#include "schemas/types/secret.hpp"

#include <pqxx/connection>
#include <pqxx/errorhandler>

#include <chrono>
#include <string>

namespace billhook::postgres {

struct connect_options {
    secret url;                    // postgresql://… or libpq's "key=value …"
    std::string application_name;  // as pg_stat_activity shows it
    std::chrono::seconds connect_timeout{5};
};

// What libpq is given: the URL, and what it leaves open of application name, connect timeout, time
// to notice a dead server, encoding. The URL's own words win.
[[nodiscard]] std::string connection_string(const connect_options& from);

// One session of one server process. The constructor connects and blocks up to the timeout; it
// throws what `classify` knows. One thread.
//
// It never connects again: libpqxx 6 would do so silently and lose everything the session knew, so
// a connection that broke (or whose COMMIT is in doubt) is destroyed and another one made. Server
// notices are dropped.
class connection {
public:
    explicit connection(const connect_options& where);
    connection(const connection&) = delete;
    connection& operator=(const connection&) = delete;

    [[nodiscard]] pqxx::connection& raw() { return raw_; }
    // Open as long as the connection is; for whoever has to end a wait from outside.
    [[nodiscard]] int socket() const { return raw_.sock(); }

private:
    pqxx::connection raw_;
    pqxx::quiet_errorhandler quiet_;
};

}  // namespace billhook::postgres
