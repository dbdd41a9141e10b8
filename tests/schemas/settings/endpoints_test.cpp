#include "schemas/settings/read_settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace billhook {
namespace {

const std::string a_secret = "whsec_0123456789abcdefABCDEF";
const std::string b_secret = "whsec_abcdefABCDEF0123456789";
const std::string endpoint = "[[ingest.endpoints]]\n";
const std::string secrets = "[[ingest.endpoints.secrets]]\n";

std::string secret_table(const std::string& name, const std::string& value) {
    return secrets + "name = \"" + name + "\"\nvalue = '" + value + "'\n";
}

// Five lines.
std::string endpoint_e() {
    return endpoint + "name = \"e\"\n" + secret_table("s", a_secret);
}

settings_input file_input(const std::string& toml) {
    settings_input from;
    from.process = process_kind::ingest;
    from.flags = {"--config", "b.toml"};
    from.read_file = [toml](const std::string& path) {
        return path == "b.toml"   ? std::optional{toml}
               : path == "secret" ? std::optional{a_secret + "\n"}
                                  : std::nullopt;
    };
    return from;
}

settings_input with_variable(settings_input from, const std::string& webhook_secret) {
    from.environment["STRIPE_WEBHOOK_SECRET"] = webhook_secret;
    return from;
}

std::string problems_of(const settings_input& from) {
    const auto read = read_settings(from);
    std::string text;
    if (read.has_error()) {
        for (const auto& each : read.error()) {
            text += to_text(each) + "\n";
        }
    }
    return text;
}

std::size_t lines_of(const std::string& text) {
    return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

std::vector<endpoint_settings> endpoints_of(const settings_input& from) {
    const auto found = read_settings(from);
    REQUIRE_MESSAGE(found.has_value(), problems_of(from));
    return found->ingest.endpoints;
}

}  // namespace

TEST_CASE("endpoints: the file's with their secrets") {
    const auto all = endpoints_of(file_input(
        endpoint + "name = \"live\"\nmode = \"live\"\npath = \"/a\"\n" + secrets +
        "name = \"new\"\nfile = \"secret\"\n" + secret_table("old", b_secret) +
        "not_after = 2026-02-03T04:05:06Z\n" + endpoint +
        "name = \"connect\"\nconnect = true\npath = \"/b\"\n" +
        secret_table("only", "whsec_11223344556677889900aabb") +
        "not_after = \"2026-02-03T05:05:06+01:00\"\n"
    ));
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "live");
    CHECK(all[0].path == "/a");
    CHECK(all[0].mode == endpoint_mode::live);
    REQUIRE(all[0].secrets.size() == 2);
    CHECK(all[0].secrets[0].name == "new");
    CHECK(all[0].secrets[0].value.reveal() == a_secret);
    CHECK_FALSE(all[0].secrets[0].not_after.has_value());
    CHECK(all[0].secrets[1].value.reveal() == b_secret);
    const bool same = all[0].secrets[1].not_after == from_rfc3339("2026-02-03T04:05:06Z");
    CHECK(same);
    CHECK(all[1].connect);
    CHECK(all[1].mode == endpoint_mode::both);
    const bool shifted = all[1].secrets[0].not_after == from_rfc3339("2026-02-03T04:05:06Z");
    CHECK(shifted);
}

TEST_CASE("endpoints: the mode is the projection's unless one says otherwise") {
    CHECK(endpoints_of(file_input(endpoint_e()))[0].mode == endpoint_mode::test);
    CHECK(
        endpoints_of(file_input("livemode = true\n" + endpoint_e()))[0].mode == endpoint_mode::live
    );
    CHECK(endpoints_of(file_input(endpoint_e()))[0].path == "/stripe/webhook");
}

TEST_CASE("endpoints: STRIPE_WEBHOOK_SECRET makes the default one") {
    const auto all = endpoints_of(with_variable(file_input(""), a_secret + "," + b_secret));
    REQUIRE(all.size() == 1);
    CHECK(all[0].name == "default");
    CHECK(all[0].path == "/stripe/webhook");
    CHECK(all[0].mode == endpoint_mode::test);
    REQUIRE(all[0].secrets.size() == 2);
    CHECK(all[0].secrets[0].name == "env-1");
    CHECK(all[0].secrets[0].value.reveal() == a_secret);
    CHECK(all[0].secrets[1].name == "env-2");
    CHECK(all[0].secrets[1].value.reveal() == b_secret);
}

TEST_CASE("endpoints: STRIPE_WEBHOOK_SECRET stands for the secrets of the only one or of default") {
    const auto one = endpoints_of(with_variable(file_input(endpoint_e()), b_secret));
    REQUIRE(one.size() == 1);
    CHECK(one[0].name == "e");
    REQUIRE(one[0].secrets.size() == 1);
    CHECK(one[0].secrets[0].value.reveal() == b_secret);

    const std::string other =
        "path = \"/d\"\n" + secret_table("s", "whsec_11223344556677889900aabb");
    const auto named = endpoints_of(with_variable(
        file_input(endpoint_e() + endpoint + "name = \"default\"\n" + other), b_secret
    ));
    REQUIRE(named.size() == 2);
    CHECK(named[0].secrets[0].value.reveal() == a_secret);
    CHECK(named[1].secrets[0].value.reveal() == b_secret);

    const auto nobody = endpoints_of(
        with_variable(file_input(endpoint_e() + endpoint + "name = \"f\"\n" + other), b_secret)
    );
    REQUIRE(nobody.size() == 2);
    CHECK(nobody[0].secrets[0].value.reveal() == a_secret);
    CHECK(nobody[1].secrets[0].value.reveal() == "whsec_11223344556677889900aabb");
}

TEST_CASE("endpoints: who needs none does not look at STRIPE_WEBHOOK_SECRET") {
    auto from = with_variable(file_input(""), "x");
    from.process = process_kind::worker;
    CHECK(endpoints_of(from).empty());
    from.process = process_kind::billhook;
    CHECK(endpoints_of(from).empty());
    from.required = {"ingest.endpoints"};
    CHECK(lines_of(problems_of(from)) == 1);
}

TEST_CASE("endpoints: one of Clerk's has its own secrets and is not the environment's") {
    const std::string clerks = endpoint +
                               "name = \"default\"\npath = \"/clerk\"\nkind = \"clerk\"\n" +
                               secret_table("s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    const auto alone = endpoints_of(file_input(clerks));
    REQUIRE(alone.size() == 1);
    CHECK(alone[0].kind == endpoint_kind::clerk);
    const std::string stripes = endpoint + "name = \"e\"\n" + secret_table("s", a_secret);
    const auto both = endpoints_of(with_variable(file_input(clerks + stripes), b_secret));
    REQUIRE(both.size() == 2);
    CHECK(both[0].secrets[0].value.reveal() == "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
    CHECK(both[1].kind == endpoint_kind::stripe);
    CHECK(both[1].secrets[0].value.reveal() == b_secret);
}

TEST_CASE("endpoints: a secret that signs nothing well is refused and never shown") {
    const struct {
        std::string name;
        std::string secret;
        std::string text;
    } rows[] = {
        {"empty",            "",                                  "is empty"   },
        {"short",            "whsec_0123456789abcdefA",           "24 bytes"   },
        {"blank inside",     "whsec_0123456789 abcdefABCDEF",     "blanks"     },
        {"blank at the end", "whsec_0123456789abcdefABCDEF ",     "blanks"     },
        {"tab",              "whsec_0123456789\tabcdefABCDEF",    "blanks"     },
        {"no ASCII",         "whsec_0123456789\u00e9abcdefABCDE", "blanks"     },
        {"dots",             "whsec_......",                      "placeholder"},
        {"many x",           "whsec_xxxxxxxxxxxxxxxxxxxxxxxx",    "placeholder"},
        {"in words",         "whsec_your_webhook_secret_here",    "placeholder"},
        {"in brackets",      "<the-signing-secret-of-Stripe>",    "placeholder"},
        {"a variable",       "${STRIPE_WEBHOOK_SECRET_OF_MINE}",  "placeholder"},
        {"a secret key",     "sk_live_51Hxk0000000000000000000",  "API"        },
        {"a restricted key", "rk_test_51Hxk0000000000000000000",  "API"        },
        {"a public key",     "pk_test_51Hxk0000000000000000000",  "API"        },
        {"only the prefix",  "whsec_",                            "placeholder"},
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        for (const std::string& problems :
             {problems_of(with_variable(file_input(""), row.secret)),
              problems_of(file_input(endpoint + "name = \"e\"\n" + secret_table("s", row.secret))
              )}) {
            CAPTURE(problems);
            CHECK(lines_of(problems) == 1);
            CHECK(problems.find(row.text) != problems.npos);
            const bool shown = row.secret.size() > 6 && problems.find(row.secret) != problems.npos;
            CHECK_FALSE(shown);
        }
    }
}

TEST_CASE("endpoints: every mistake is one line with its place") {
    const std::string second =
        endpoint + "name = \"f\"\npath = \"/x\"\n" + secret_table("s", b_secret);
    // clang-format off
    const struct {
        std::string name;
        std::string toml;
        std::string problem;
    } rows[] = {
        {"no tables", "[ingest]\nendpoints = [1]\n", "b.toml:2: ingest.endpoints: must be tables"},
        {"no secrets", endpoint + "name = \"e\"\n", "ingest.endpoints.secrets: at least one"},
        {"a bad name", endpoint + "name = \"e e\"\n" + secret_table("s", a_secret),
         "b.toml:2: ingest.endpoints.name: must be"},
        {"no name", endpoint + secret_table("s", a_secret), "ingest.endpoints.name: must be"},
        {"a bad path", endpoint + "name = \"e\"\npath = \"x\"\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.path: must begin with /"},
        {"a path with a query", endpoint + "name = \"e\"\npath = \"/x?y\"\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.path: must begin with /"},
        {"a bad mode", endpoint + "name = \"e\"\nmode = \"prod\"\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.mode: must be"},
        {"a bad kind", endpoint + "name = \"e\"\nkind = \"svix\"\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.kind: must be"},
        {"Clerk's secret is base64", endpoint + "name = \"e\"\nkind = \"clerk\"\n" + secret_table("s", "whsec_0123456789abcdefghijklmn-"),
         "ingest.endpoints.secrets: is no signing secret of Clerk's"},
        {"Clerk's secret is 24 bytes", endpoint + "name = \"e\"\nkind = \"clerk\"\n" + secret_table("s", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS="),
         "ingest.endpoints.secrets: is no signing secret of Clerk's"},
        {"a bad connect", endpoint + "name = \"e\"\nconnect = 1\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.connect: must be"},
        {"an unknown key", endpoint + "name = \"e\"\nurl = \"/\"\n" + secret_table("s", a_secret),
         "b.toml:3: ingest.endpoints.url: is no setting"},
        {"an unknown key of a secret", endpoint_e() + "until = 1\n",
         "b.toml:6: ingest.endpoints.secrets.until: is no setting"},
        {"a secret's end that is no time", endpoint_e() + "not_after = \"tomorrow\"\n",
         "b.toml:6: ingest.endpoints.secrets.not_after: must be a time"},
        {"a secret's end without offset", endpoint_e() + "not_after = 2026-01-01T00:00:00\n",
         "must be a time with an offset"},
        {"a secret's value and file", endpoint_e() + "file = \"secret\"\n", "either value or file"},
        {"a secret's file that is not there", endpoint + "name = \"e\"\n" + secrets +
         "name = \"s\"\nfile = \"no\"\n", "b.toml:5: ingest.endpoints.secrets.file: must be the path"},
        {"a name twice", endpoint_e() + endpoint + "name = \"e\"\npath = \"/x\"\n" + secret_table("s", b_secret),
         "there is an endpoint e already"},
        {"a path twice", endpoint_e() + endpoint + "name = \"f\"\n" + secret_table("s", b_secret),
         "another endpoint has the path /stripe/webhook"},
        {"a secret of two endpoints", second + endpoint + "name = \"e\"\n" + secret_table("t", b_secret),
         "secret t occurs twice"},
        {"a secret's name twice", endpoint_e() + secret_table("s", b_secret), "two secrets are called s"},
    };
    // clang-format on
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const std::string problems = problems_of(file_input(row.toml));
        CAPTURE(problems);
        CHECK(problems.find(row.problem) != problems.npos);
        CHECK(lines_of(problems) == 1);
        CHECK(problems.find(a_secret) == problems.npos);
        CHECK(problems.find(b_secret) == problems.npos);
    }
}

}  // namespace billhook
