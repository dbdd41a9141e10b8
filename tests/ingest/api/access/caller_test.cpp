#include "ingest/api/access/caller.hpp"

#include "ingest/api/access/authority.hpp"

#include <doctest/doctest.h>

#include <optional>
#include <string>

namespace billhook::api {
namespace {

using enum http::problem_code;

TEST_CASE("caller: administrators and services write but nobody in the name of another") {
    struct row {
        const char* name;
        caller who;
        std::optional<http::problem_code> refused;
    };
    const organization_id acme{"org_1"};
    constexpr auto member = organization_role::member;
    constexpr auto admin = organization_role::admin;
    const row rows[] = {
        {"a member",                      {acme, member, false, false, "user_1"}, admin_required      },
        {"an administrator",              {acme, admin, false, false, "user_1"},  {}                  },
        {"an impersonated administrator",
         {acme, admin, true, false, "user_1"},
         impersonated_session                                                                         },
        {"an impersonated member",        {acme, member, true, false, "user_1"},  impersonated_session},
        {"a service",                     {acme, admin, false, true, "backend"},  {}                  },
    };
    for (const auto& row : rows) {
        CAPTURE(std::string(row.name));
        const auto refused = refuses_write(row.who);
        REQUIRE(refused.has_value() == row.refused.has_value());
        if (refused) {
            CHECK(refused->code == *row.refused);
        }
    }
}

}  // namespace
}  // namespace billhook::api
