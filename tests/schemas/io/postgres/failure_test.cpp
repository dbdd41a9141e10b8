#include "schemas/io/postgres/failure.hpp"

#include "tests/builders/postgres/database.hpp"

#include <doctest/doctest.h>
#include <pqxx/except>

#include <functional>
#include <stdexcept>
#include <string>

namespace billhook {

using postgres::classify;
using postgres::remedy;

TEST_CASE("failure: what libpqxx throws is sorted by state and by type") {
    struct row {
        const char* name;
        std::function<void()> thrown;
        remedy what;
        const char* sqlstate;
    };
    const auto state = [](const char* code) {
        return [code] { throw pqxx::sql_error("text", "query", code); };
    };
    // clang-format off
    const row rows[] = {
        {"bad text",            state("22021"), remedy::bisect,    "22021"},
        {"unique key",          [] { throw pqxx::unique_violation("t", "q", "23505"); }, remedy::bisect, "23505"},
        {"key twice",           state("21000"), remedy::bisect,    "21000"},
        {"key too long",        state("54000"), remedy::bisect,    "54000"},
        {"too slow",            state("57014"), remedy::halve,     "57014"},
        {"shutdown",            state("57P01"), remedy::reconnect, "57P01"},
        {"read-only: a standby", state("25006"), remedy::reconnect, "25006"},
        {"statement forgotten", state("26000"), remedy::reconnect, "26000"},
        {"data corrupted",      state("XX001"), remedy::alarm,     "XX001"},
        {"idle in transaction", state("25P03"), remedy::reconnect, "25P03"},
        {"connection",          state("08006"), remedy::reconnect, "08006"},
        {"disk full",           state("53100"), remedy::retry,     "53100"},
        {"lock timeout",        state("55P03"), remedy::retry,     "55P03"},
        {"no such table",       state("42P01"), remedy::alarm,     "42P01"},
        {"no such database",    state("3D000"), remedy::alarm,     "3D000"},
        {"no state at all",     state(""),      remedy::reconnect, ""},
        {"privilege",   [] { throw pqxx::insufficient_privilege("t"); },          remedy::alarm,     "42501"},
        {"serialize",   [] { throw pqxx::serialization_failure("t"); },           remedy::retry,     "40001"},
        {"deadlock",    [] { throw pqxx::deadlock_detected("t"); },               remedy::retry,     "40P01"},
        {"rolled back", [] { throw pqxx::transaction_rollback("t"); },            remedy::retry,     "40000"},
        {"unknown end", [] { throw pqxx::statement_completion_unknown("t"); },    remedy::reconnect, "40003"},
        {"too many",    [] { throw pqxx::too_many_connections("t"); },            remedy::reconnect, "53300"},
        {"in doubt",    [] { throw pqxx::in_doubt_error("t"); },                  remedy::reconnect, ""},
        {"broken",      [] { throw pqxx::broken_connection("t"); },               remedy::reconnect, ""},
        {"our misuse",  [] { throw pqxx::usage_error("t"); },                     remedy::stop,      ""},
        {"a stranger",  [] { throw std::runtime_error("t"); },                    remedy::stop,      ""},
        {"our own word", [] { throw postgres::failure("t", {remedy::halve, "57014"}); }, remedy::halve, "57014"},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.name);
        try {
            each.thrown();
            FAIL("nothing was thrown");
        } catch (const std::exception& error) {
            CHECK(classify(error).what == each.what);
            CHECK(classify(error).sqlstate == each.sqlstate);
            CHECK_FALSE(postgres::cause_of(error).empty());
        }
    }
}

TEST_CASE("failure: what Postgres itself does is sorted the same way and told without values") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    db.rows("CREATE TABLE public.t (id text PRIMARY KEY); INSERT INTO public.t VALUES ('cus_9')");
    db.migrate();
    struct row {
        const char* sql;
        remedy what;
        const char* sqlstate;
    };
    // clang-format off
    const row rows[] = {
        {"INSERT INTO public.t VALUES ('cus_9')",                  remedy::bisect,    "23505"},
        {"SELECT 'cus_9'::timestamptz",                            remedy::bisect,    "22007"},
        {"SELECT '{\"cus_9\":'::jsonb",                            remedy::bisect,    "22P02"},
        {"SELECT nothing FROM public.t",                           remedy::alarm,     "42703"},
        {"SET LOCAL statement_timeout = 1; SELECT pg_sleep(1)",    remedy::halve,     "57014"},
        {"SET LOCAL ROLE billhook_app; SELECT * FROM public.t",    remedy::alarm,     "42501"},
        {"SELECT pg_terminate_backend(pg_backend_pid())",          remedy::reconnect, ""},
    };
    // clang-format on
    for (const row& each : rows) {
        CAPTURE(each.sql);
        postgres::connection on(db.as_owner());
        try {
            pqxx::work in(on.raw());
            in.exec(each.sql);
            FAIL("nothing was thrown");
        } catch (const std::exception& error) {
            CHECK(classify(error).what == each.what);
            CHECK(classify(error).sqlstate == each.sqlstate);
            CHECK(postgres::scrubbed(error).find("cus_9") == std::string::npos);
            CHECK(postgres::scrubbed(error).find('\n') == std::string::npos);
        }
    }
}

TEST_CASE("connection: one that broke never comes back by itself") {
    builders::database db;
    if (!db.usable()) {
        return;
    }
    postgres::connection on(db.as_owner());
    const auto kill = [&] {
        pqxx::work in(on.raw());
        in.exec("SELECT pg_terminate_backend(pg_backend_pid())");
    };
    CHECK_THROWS_AS(kill(), pqxx::broken_connection);
    for (int attempt = 0; attempt < 3; ++attempt) {
        CHECK_THROWS([&] { pqxx::work(on.raw()).exec("SELECT 1"); }());
    }
}

TEST_CASE("connection: the URL's own words win and its password is never told") {
    const auto text = [](const char* url) {
        return postgres::connection_string({.url = secret(url), .application_name = "app"});
    };
    CHECK(text("postgresql://u@h/d")
              .starts_with("postgresql://u@h/d?application_name=app&connect_timeout=5&"));
    CHECK(
        text("postgresql://u@h/d?connect_timeout=9").find("connect_timeout=5") == std::string::npos
    );
    CHECK(text("host=h dbname=d")
              .starts_with("host=h dbname=d application_name=app connect_timeout=5 "));
    try {
        postgres::connection on(
            {.url = secret("postgresql://u:hunter2%zz@h/d"), .application_name = ""}
        );
        FAIL("connected");
    } catch (const std::exception& error) {
        CHECK(classify(error).what == remedy::alarm);
        CHECK(std::string(error.what()).find("hunter2") == std::string::npos);
    }
}

}  // namespace billhook
