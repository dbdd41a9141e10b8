#include "tests/builders/postgres/database.hpp"

#include "tests/builders/life.hpp"
#include "worker/ledger/fold_version.hpp"

#include <pqxx/nontransaction>

#include <cstdio>
#include <cstdlib>
#include <fmt/format.h>
#include <random>

namespace billhook::builders {

namespace {

constexpr const char* variable = "BILLHOOK_TEST_DATABASE_URL";

postgres::connect_options options(const std::string& url) {
    return {.url = secret(url), .application_name = "billhook tests"};
}

void run_alone(const std::string& url, const std::string& sql) {
    postgres::connection on(options(url));
    pqxx::nontransaction(on.raw()).exec(sql);
}

}  // namespace

database::database() {
    const char* const given = std::getenv(variable);
    if (given == nullptr || *given == '\0') {
        std::printf("SKIPPED: %s is not set\n", variable);
        return;
    }
    base_ = given;
    std::random_device seed;
    name_ = fmt::format("billhook_test_{:08x}{:08x}", seed(), seed());
    run_alone(base_, "CREATE DATABASE " + name_);
}

database::~database() {
    if (!usable()) {
        return;
    }
    owner_.reset();
    try {
        run_alone(base_, "DROP DATABASE " + name_ + " WITH (FORCE)");
    } catch (const std::exception& error) {
        std::printf("%s stays: %s\n", name_.c_str(), error.what());
    }
}

// `base_` is scheme://user:password@host:port/name?options; user and name are exchanged.
std::string database::url(const std::string& user, const std::string& name) const {
    std::string text = base_;
    const auto authority = text.find("://") + 3;
    const auto slash = text.find('/', authority);
    const auto query = text.find('?', authority);
    const std::string rest = query == std::string::npos ? "" : text.substr(query);
    text = text.substr(0, std::min(slash, query));
    if (!user.empty()) {
        const auto at = text.find('@', authority);
        text.replace(authority, at == std::string::npos ? 0 : at + 1 - authority, user + ":pw@");
    }
    return text + "/" + name + rest;
}

postgres::connect_options database::as_owner() const {
    return options(url("", name_));
}

postgres::connect_options database::as(const std::string& role) const {
    return options(url(role, name_));
}

postgres::migration_request usual_migration() {
    postgres::migration_request request{
        .livemode = false,
        .fold_version = fold_version,
        .accounts = {},
        .notices_since = instant{},
        .with_organizations = true,
        .role_passwords = {},
    };
    for (const char* const role :
         {"billhook_owner",
          "billhook_worker",
          "billhook_notifier",
          "billhook_app",
          "billhook_ops",
          "billhook_api"}) {
        request.role_passwords.emplace(role, secret("pw"));
    }
    return request;
}

postgres::migration_report database::migrate() {
    return postgres::migrate(as_owner(), example_plans_text(), usual_migration());
}

pqxx::result database::rows(const std::string& sql) {
    if (!owner_) {
        owner_ = std::make_unique<postgres::connection>(as_owner());
    }
    pqxx::work in(owner_->raw());
    const pqxx::result answer = in.exec(sql);
    in.commit();
    return answer;
}

std::string database::ask(const std::string& sql) {
    const pqxx::result answer = rows(sql);
    return answer.empty() ? "" : answer[0][0].c_str();
}

}  // namespace billhook::builders
