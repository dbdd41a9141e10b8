#include "schemas/io/kafka/admin.hpp"

#include "schemas/io/kafka/preflight.hpp"
#include "tests/schemas/io/kafka/mock_cluster.hpp"

#include <doctest/doctest.h>

#include <map>
#include <optional>
#include <string>

namespace billhook::kafka {
using namespace std::chrono_literals;

TEST_CASE("admin: a broker that is there is reached and one that is not is a failure to retry") {
    const mock_cluster cluster;
    client_settings client;
    client.brokers = cluster.brokers();
    CHECK_NOTHROW(admin(client).reach(30s));

    client.brokers = "127.0.0.1:1";
    try {
        admin(client).reach(500ms);
        FAIL("no failure");
    } catch (const failure& why) {
        CHECK(why.retryable());
        CHECK(std::string{why.what()}.starts_with("asking the brokers: "));
    }
}

TEST_CASE("preflight: each weakness of a topic is found alone") {
    using settings = std::map<std::string, std::string>;
    const settings durable = {
        {"min.insync.replicas",            "2"      },
        {"unclean.leader.election.enable", "false"  },
        {"retention.ms",                   "-1"     },
        {"retention.bytes",                "-1"     },
        {"cleanup.policy",                 "delete" },
        {"max.message.bytes",              "2097152"},
    };
    CHECK(weaknesses_of("t", topic_found{12, 3, true}, durable, 12).empty());

    struct row {
        std::string setting;
        std::string value;
        weakness what;
    };
    const row rows[] = {
        {"min.insync.replicas",            "1",              weakness::min_insync_replicas    },
        {"unclean.leader.election.enable", "true",           weakness::unclean_leader_election},
        {"retention.ms",                   "604800000",      weakness::retention              },
        {"retention.bytes",                "1073741824",     weakness::retention              },
        {"cleanup.policy",                 "compact,delete", weakness::cleanup_policy         },
        {"max.message.bytes",              "1048588",        weakness::max_message_bytes      },
        {"max.message.bytes",              "",               weakness::max_message_bytes      },
    };
    for (const auto& row : rows) {
        CAPTURE(row.setting);
        auto config = durable;
        config[row.setting] = row.value;
        const auto found = weaknesses_of("t", topic_found{12, 3, true}, config, 12);
        REQUIRE(found.size() == 1);
        CHECK(found[0].what == row.what);
        CHECK(found[0].acceptable);
        CHECK(found[0].text.find(row.setting) != std::string::npos);
    }
}

TEST_CASE("preflight: a topic that is missing or has other partitions is never acceptable") {
    const std::map<std::string, std::string> nothing;
    const auto missing = weaknesses_of("t", std::nullopt, nothing, 12);
    REQUIRE(missing.size() == 1);
    CHECK(missing[0].what == weakness::topic_missing);
    CHECK_FALSE(missing[0].acceptable);

    const auto other = weaknesses_of("t", topic_found{4, 1, true}, std::nullopt, 12);
    REQUIRE(other.size() == 3);
    CHECK(other[0].what == weakness::replication_factor);
    CHECK(other[0].acceptable);
    CHECK(other[1].what == weakness::partition_count);
    CHECK_FALSE(other[1].acceptable);
    CHECK(other[2].what == weakness::not_told);
    CHECK(other[2].acceptable);
}

}  // namespace billhook::kafka
