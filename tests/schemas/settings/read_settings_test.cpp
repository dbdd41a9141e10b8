#include "schemas/settings/read_settings.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

namespace billhook {
namespace {

using files = std::map<std::string, std::string>;
using variables = std::map<std::string, std::string>;

settings_input input(std::vector<std::string> flags, variables environment, files disk) {
    settings_input from;
    from.process = process_kind::ingest;
    from.flags = std::move(flags);
    from.environment = std::move(environment);
    from.read_file = [disk = std::move(disk)](const std::string& path) {
        const auto found = disk.find(path);
        return found == disk.end() ? std::nullopt : std::optional{found->second};
    };
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

// Fails the test with the problems if there are any.
settings read(const settings_input& from) {
    auto found = read_settings(from);
    REQUIRE_MESSAGE(found.has_value(), problems_of(from));
    return *std::move(found);
}

}  // namespace

TEST_CASE("settings: without any source they are the defaults") {
    CHECK((read(input({}, {}, {})) == settings{}));
    CHECK(
        (read(input(
             {
                 "--config", "b.toml"
    },
             {},
             {{"b.toml", ""}}
         )) == settings{})
    );
}

TEST_CASE("settings: the environment wins over the file and a flag over both") {
    const files disk = {
        {"b.toml", "[ingest]\nthreads = 2\n[kafka]\nbrokers = \"file:1\"\ngroup = \"file\"\n"}
    };
    const variables environment = {
        {"BILLHOOK_CONFIG",        "b.toml"},
        {"BILLHOOK_KAFKA_BROKERS", "env:1" },
        {"BILLHOOK_KAFKA_GROUP",   "env"   },
        {"BILLHOOK_NO_SUCH_THING", "1"     },
        {"HOME",                   "/"     },
    };
    const settings all = read(input({"--kafka-group", "flag"}, environment, disk));
    CHECK(all.ingest.threads == 2);
    CHECK(all.kafka.brokers == "env:1");
    CHECK(all.kafka.group == "flag");
}

TEST_CASE("settings: only who asks Stripe takes its key from the environment") {
    const variables environment = {
        {"STRIPE_SECRET_KEY", "sk_test_0123456789abcdef"},
        {"STRIPE_API_BASE",   "http://127.0.0.1:12111"  },
    };
    const struct {
        process_kind process;
        bool takes;
    } rows[] = {
        {process_kind::ingest,   false},
        {process_kind::worker,   false},
        {process_kind::notifier, true },
        {process_kind::billhook, true },
    };
    for (const auto& row : rows) {
        CAPTURE(to_word(row.process));
        settings_input from = input({}, environment, {});
        from.process = row.process;
        const settings all = read(from);
        CHECK(all.stripe.secret_key.empty() == !row.takes);
        CHECK((all.stripe.api_base == "http://127.0.0.1:12111") == row.takes);
    }
}

TEST_CASE("settings: a key of Stripe's may only go to Stripe or to this machine") {
    const struct {
        std::string key;
        std::string base;
        bool fits;
    } rows[] = {
        {"sk_live_0123456789abcdef",  "https://api.stripe.com",           true },
        {"rk_test_0123456789abcdef",  "http://127.0.0.1:12111",           true },
        {"rk_test_0123456789abcdef",  "https://localhost:12112",          true },
        {"rk_test_0123456789abcdef",  "http://[::1]:1",                   true },
        {"pk_live_0123456789abcdef",  "https://api.stripe.com",           false},
        {"sk_live_short",             "https://api.stripe.com",           false},
        {"sk_live_0123456789abcdef ", "https://api.stripe.com",           false},
        {"sk_live_0123456789abcdef",  "http://api.stripe.com",            false},
        {"sk_live_0123456789abcdef",  "https://api.stripe.com.evil.test", false},
        {"sk_live_0123456789abcdef",  "http://127.0.0.1",                 false},
        {"sk_live_0123456789abcdef",  "http://127.0.0.1:80@evil.test",    false},
        {"sk_live_0123456789abcdef",  "http://127.0.0.1:1/v1",            false},
        {"sk_live_0123456789abcdef",  "ftp://127.0.0.1:1",                false},
        {"sk_live_0123456789abcdef",  "",                                 false},
    };
    for (const auto& row : rows) {
        CAPTURE(row.key);
        CAPTURE(row.base);
        const variables environment = {
            {"BILLHOOK_STRIPE_SECRET_KEY", row.key },
            {"BILLHOOK_STRIPE_API_BASE",   row.base},
        };
        const std::string problems = problems_of(input({}, environment, {}));
        CHECK(problems.empty() == row.fits);
        CHECK(problems.find("0123456789abcdef") == problems.npos);
    }
}

TEST_CASE("settings: --config wins over BILLHOOK_CONFIG") {
    const files disk = {
        {"a.toml", "livemode = true\n"       },
        {"b.toml", "[kafka]\nlinger_ms = 9\n"}
    };
    const settings all = read(input(
        {
            "--config=b.toml"
    },
        {{"BILLHOOK_CONFIG", "a.toml"}},
        disk
    ));
    CHECK_FALSE(all.livemode);
    CHECK(all.kafka.linger == std::chrono::milliseconds{9});
}

TEST_CASE("settings: flags come in two spellings and switches alone") {
    const settings all = read(input(
        {"--threads=3", "--listen", "[::1]:80", "--livemode", "--worker-organizations=false"},
        {},
        {}
    ));
    CHECK(all.ingest.threads == 3);
    CHECK((all.ingest.listen == listen_address{"::1", 80}));
    CHECK(all.livemode);
    CHECK_FALSE(all.worker.organizations);
}

TEST_CASE("settings: paths in the file begin at its folder and others where one stands") {
    const std::string toml =
        "plans = \"p.toml\"\n[kafka]\nca_file = \"/ca\"\n[database]\nurl = { file = \"u\" }\n";
    const files disk = {
        {"etc/b.toml", toml                          },
        {"etc/u",      "postgresql://u:p@h/d\r\nmore"}
    };
    settings all = read(input({"--config", "etc/b.toml"}, {}, disk));
    CHECK(all.plans == "etc/p.toml");
    CHECK(all.kafka.ca_file == "/ca");
    CHECK(all.database.url.reveal() == "postgresql://u:p@h/d");
    all = read(input({"--config", "etc/b.toml", "--plans", "p.toml"}, {}, disk));
    CHECK(all.plans == "p.toml");
}

TEST_CASE("settings: only billhook takes the owner's DATABASE_URL") {
    const files disk = {
        {"b.toml", "[database]\nurl = \"postgresql://worker@h/d\"\n"}
    };
    auto from = input(
        {
            "--config", "b.toml"
    },
        {{"DATABASE_URL", "postgresql://owner@h/d"}},
        disk
    );
    CHECK(read(from).database.url.reveal() == "postgresql://worker@h/d");
    from.process = process_kind::worker;
    CHECK(read(from).database.url.reveal() == "postgresql://worker@h/d");
    from.process = process_kind::billhook;
    CHECK(read(from).database.url.reveal() == "postgresql://owner@h/d");
    from.environment["BILLHOOK_DATABASE_URL"] = "postgresql://own@h/d";
    CHECK(read(from).database.url.reveal() == "postgresql://own@h/d");
    from.flags.emplace_back("--database-url=host=h user=flag");
    CHECK(read(from).database.url.reveal() == "host=h user=flag");
}

TEST_CASE("settings: passwords of roles come by role") {
    const settings all = read(input(
        {
            "--config", "b.toml"
    },
        {},
        {{"b.toml", "[database.role_passwords]\nbillhook_worker = \"w\"\nbillhook_app = \"a\"\n"}}
    ));
    REQUIRE(all.database.role_passwords.size() == 2);
    CHECK(all.database.role_passwords.at("billhook_worker").reveal() == "w");
    CHECK(all.database.role_passwords.at("billhook_app").reveal() == "a");
}

TEST_CASE("settings: every mistake in the file is one line with its place") {
    const struct {
        std::string name;
        std::string toml;
        std::string problem;
    } rows[] = {
        {"an unknown key",            "[kafka]\nbroker = \"a:1\"\n",                  "b.toml:2: kafka.broker: is no setting"                      },
        {"an unknown section",        "[kafak]\nbrokers = \"a:1\"\n",                 "b.toml:1: kafak: is no setting"                             },
        {"a section that is a value", "kafka = 1\n",                                  "b.toml:1: kafka: is no setting"                             },
        {"a number in quotes",
         "[ingest]\nthreads = \"2\"\n",                                               "b.toml:2: ingest.threads: must be a whole"                  },
        {"a number too small",        "[ingest]\nthreads = 0\n",                      "must be a whole number from 1 to 256"                       },
        {"a truth in quotes",         "livemode = \"true\"\n",                        "b.toml:1: livemode: must be true or false"                  },
        {"a text without quotes",     "[kafka]\ngroup = 5\n",                         "b.toml:2: kafka.group: must be a text"                      },
        {"a duration without unit",
         "[ingest]\ntolerance = \"300\"\n",                                           "like \"5m\", from 1s to 1h"                                 },
        {"a duration too short",      "[ingest]\ntolerance = \"0s\"\n",               "like \"5m\", from 1s to 1h"                                 },
        {"a word that is none",
         "[log]\nlevel = \"loud\"\n",                                                 "must be one of: debug info warning error"                   },
        {"a protocol",                "[kafka]\nsecurity_protocol = \"tls\"\n",       "must be one of: plaintext ssl"                              },
        {"a broker without port",
         "[kafka]\nbrokers = \"a:1,b\"\n",                                            "b.toml:2: kafka.brokers: must be host:port"                 },
        {"a broker that is a URL",    "[kafka]\nbrokers = \"kafka://a:1\"\n",         "must be host:port"                                          },
        {"no broker",                 "[kafka]\nbrokers = \"\"\n",                    "must be host:port"                                          },
        {"an address without port",   "[ingest]\nlisten = \"localhost\"\n",           "like \"0.0.0.0:8080\""                                      },
        {"a port too large",          "[ingest]\nlisten = \"[::]:65536\"\n",          "like \"0.0.0.0:8080\""                                      },
        {"an IPv6 address bare",      "[ingest]\nlisten = \"::1:80\"\n",              "like \"0.0.0.0:8080\""                                      },
        {"a bad URL",                 "[database]\nurl = \"mysql://u:sesame@h/d\"\n", "must be like postgresql://"                                 },
        {"a file that is not there",  "[database]\nurl = { file = \"no\" }\n",        "path of a file"                                             },
        {"an empty password",         "[kafka]\nsasl_password = \"\"\n",              "not empty"                                                  },
        {"no TOML",                   "[kafka\nbrokers = \"sesame\"\n",               "b.toml:1: is no TOML here"                                  },
        {"a deadline beyond Kafka's",
         "[ingest]\nappend_deadline = \"1h\"\n",                                      "ingest.append_deadline: must be below kafka.message_timeout"},
        {"SASL without a name",
         "[kafka]\nsecurity_protocol = \"sasl_ssl\"\n",                               "needs kafka.sasl_mechanism"                                 },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const std::string problems = problems_of(input(
            {
                "--config", "b.toml"
        },
            {},
            {{"b.toml", row.toml}}
        ));
        CAPTURE(problems);
        CHECK(problems.find(row.problem) != problems.npos);
        CHECK(lines_of(problems) == 1);
        CHECK(problems.find("sesame") == problems.npos);
    }
}

TEST_CASE("settings: mistakes on the command line and in the environment are named like there") {
    const struct {
        std::string name;
        std::vector<std::string> flags;
        variables environment;
        std::string problem;
    } rows[] = {
        {"an unknown flag",           {"--thread", "4"},       {}, "--thread: is no flag"                    },
        {"a flag of another process", {"--batch-records=4"},   {}, "--batch-records: is no flag"             },
        {"a word too many",           {"start"},               {}, "command line: argument 1 is one too many"},
        {"a flag without value",      {"--threads"},           {}, "--threads: needs a value"                },
        {"a flag's value",            {"--threads=many"},      {}, "--threads: must be a whole number"       },
        {"a switch's value",          {"--livemode=1"},        {}, "--livemode: must be true or false"       },
        {"a file that is not there",  {"--config", "no.toml"}, {}, "no.toml: cannot be read"                 },
        {"a variable",
         {},
         {{"BILLHOOK_LIVEMODE", "yes"}},
         "BILLHOOK_LIVEMODE: must be true or false"                                                          },
        {"an empty variable",
         {},
         {{"BILLHOOK_INGEST_THREADS", ""}},
         "BILLHOOK_INGEST_THREADS: must be"                                                                  },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        const std::string problems = problems_of(input(row.flags, row.environment, {}));
        CAPTURE(problems);
        CHECK(problems.rfind(row.problem, 0) == 0);
        CHECK(lines_of(problems) == 1);
    }
}

TEST_CASE("settings: mail goes in plain text to this machine alone") {
    for (const char* const here : {"127.0.0.1:25", "[::1]:25", "localhost:25"}) {
        CAPTURE(here);
        CHECK(problems_of(input({"--smtp-tls", "none", "--smtp-server", here}, {}, {})).empty());
    }
    const std::string there =
        problems_of(input({"--smtp-tls", "none", "--smtp-server", "mail.example.com:25"}, {}, {}));
    CHECK(there.find("smtp.tls: none is for a server of this machine alone") == 0);
    CHECK(problems_of(input({"--smtp-server", "mail.example.com:587"}, {}, {})).empty());
    const std::string bare = problems_of(input({"--smtp-server", "mail.example.com"}, {}, {}));
    CHECK(bare.find("like \"mail.example.com:587\"") != bare.npos);
}

TEST_CASE("settings: the notifier's own section may be left out of a flag") {
    auto from = input({"--product", "Shop", "--lease=5s"}, {}, {});
    from.process = process_kind::notifier;
    const settings all = read(from);
    CHECK(all.notifier.product == "Shop");
    CHECK(all.notifier.lease == std::chrono::seconds{5});
    CHECK(to_word(process_kind::notifier) == "billhook-notifier");
}

TEST_CASE("settings: what a process cannot do without is asked for") {
    auto from = input({}, {}, {});
    from.required = {"kafka.brokers", "ingest.endpoints", "database.url", "plans"};
    const std::string problems = problems_of(from);
    CAPTURE(problems);
    CHECK(lines_of(problems) == 3);
    CHECK(
        problems.rfind(
            "kafka.brokers: is missing; give it in the file, as BILLHOOK_KAFKA_BROKERS or with "
            "--kafka-brokers\n",
            0
        ) == 0
    );
    CHECK(problems.find("ingest.endpoints: is missing") != problems.npos);
    CHECK(problems.find("database.url: is missing") != problems.npos);
    from.process = process_kind::billhook;
    CHECK(problems_of(from).find("as DATABASE_URL, BILLHOOK_DATABASE_URL") != std::string::npos);

    // What was given wrong is not missing as well.
    from = input({"--kafka-brokers", "x"}, {}, {});
    from.required = {"kafka.brokers"};
    CHECK(problems_of(from).find("missing") == std::string::npos);
}

TEST_CASE("settings: all mistakes come at once") {
    const std::string problems = problems_of(input(
        {
            "--config", "b.toml", "--no-such"
    },
        {{"BILLHOOK_LIVEMODE", "x"}},
        {{"b.toml", "a = 1\nb = 2\n[ingest]\nthreads = -1\n"}}
    ));
    CAPTURE(problems);
    CHECK(lines_of(problems) == 5);
}

}  // namespace billhook
