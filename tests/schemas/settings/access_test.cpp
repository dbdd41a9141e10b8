#include "schemas/settings/read_settings.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

result<settings, std::vector<settings_problem>> read(const std::string& toml) {
    settings_input from;
    from.process = process_kind::billhook;
    from.flags = {"--config", "b.toml"};
    from.read_file = [toml](const std::string&) { return toml; };
    return read_settings(from);
}

std::string problems_of(const std::string& toml) {
    const auto found = read(toml);
    std::string all;
    for (const auto& each : found ? std::vector<settings_problem>{} : found.error()) {
        all += to_text(each) + "\n";
    }
    return all;
}

const std::string table = "[[api.access.service_tokens]]\n";
const std::string hash = "sha256 = \"" + std::string(64, 'a') + "\"\n";

TEST_CASE("access: whose tokens are believed is read from the file") {
    const auto found = read(
        "[api.access]\nissuer = \"https://clerk.example.com\"\nadmin_roles = \"admin,owner\"\n"
        "parties = \"https://a.example.com,https://b.example.com\"\nkey_file = \"clerk.pem\"\n" +
        table + "name = \"backend\"\n" + hash + "not_after = \"2027-01-01T00:00:00Z\"\n" + table +
        "name = \"second\"\n" + hash
    );
    REQUIRE(found.has_value());
    const access_settings& access = found->access;
    CHECK(access.issuer == "https://clerk.example.com");
    CHECK(access.admin_roles == std::vector<std::string>{"admin", "owner"});
    CHECK(access.parties.size() == 2);
    REQUIRE(access.service_tokens.size() == 2);
    CHECK(access.service_tokens[0].name == "backend");
    CHECK(access.service_tokens[0].not_after == from_rfc3339("2027-01-01T00:00:00Z"));
    CHECK_FALSE(access.service_tokens[1].not_after);
}

TEST_CASE("access: every mistake is one line with its place") {
    struct row {
        std::string name;
        std::string toml;
        std::string problem;
    };
    const std::string section = "[api.access]\n";
    const row rows[] = {
        {"plain http",
         section + "issuer = \"http://clerk.example.com\"\n",
         "api.access.issuer: must be like"},
        {"a user",
         section + "issuer = \"https://a@b.example.com\"\n",
         "api.access.issuer: must be like"},
        {"no host",
         section + "key_set_url = \"https:///x\"\n",
         "api.access.key_set_url: must be like"},
        {"an empty role",
         section + "admin_roles = \"admin,\"\n",
         "api.access.admin_roles: must be texts"},
        {"no kind", section + "kind = \"saml\"\n", "api.access.kind: must be one of"},
        {"oidc for everybody",
         section + "kind = \"oidc\"\nissuer = \"https://i.example.com\"\n",
         "api.access.audience: is needed"},
        {"no hash", table + "name = \"a\"\n", "api.access.service_tokens.sha256: must be 64"},
        {"capital letters",
         table + "name = \"a\"\nsha256 = \"" + std::string(64, 'A') + "\"\n",
         "sha256: must be 64"},
        {"the token itself",
         table + "name = \"a\"\nvalue = \"x\"\n" + hash,
         "service_tokens.value: is no setting"},
        {"no name", table + hash, "service_tokens.name: must be 1 to 64"},
        {"a name twice",
         table + "name = \"a\"\n" + hash + table + "name = \"a\"\n" + hash,
         "two service tokens are called a"},
        {"an end that is no time",
         table + "name = \"a\"\nnot_after = \"soon\"\n" + hash,
         "not_after: must be a time"},
        {"no tables", section + "service_tokens = [1]\n", "service_tokens: must be tables"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const std::string problems = problems_of(row.toml);
        CAPTURE(problems);
        CHECK(problems.find(row.problem) != std::string::npos);
    }
}

TEST_CASE("page: it is served where people can come back to it") {
    const std::string page = "[api.page]\nfolder = \"deploy/page\"\n";
    const std::string origins = "[api]\nreturn_origins = \"https://billing.example.com\"\n";
    CHECK(problems_of(origins + page).empty());
    CHECK(problems_of(page).find("api.return_origins: must have the origin") != std::string::npos);
    const std::string stand_in = "stripe_js = \"http://127.0.0.1:12111/stripe.js\"\n";
    CHECK(problems_of(origins + page + stand_in).empty());
    const auto live = problems_of("livemode = true\n" + origins + page + stand_in);
    CHECK(live.find("api.page.stripe_js: is for a demo") != std::string::npos);
}

}  // namespace
}  // namespace billhook
