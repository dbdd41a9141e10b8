#include "schemas/io/kafka/client_settings.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>

namespace billhook::kafka {
namespace {

std::string value_of(const configuration& in, const char* name) {
    std::array<char, 512> value{};
    auto size = value.size();
    REQUIRE(rd_kafka_conf_get(in.get(), name, value.data(), &size) == RD_KAFKA_CONF_OK);
    return value.data();
}

struct row {
    const char* name;
    const char* value;
};

}  // namespace

TEST_CASE("client settings: a producer waits for all copies and is idempotent") {
    kafka_settings told;
    told.brokers = "one:9092,two:9092";
    const auto made = producer_configuration(producer_settings_from(told));
    const row rows[] = {
        {"bootstrap.servers",                     "one:9092,two:9092"},
        {"acks",                                  "-1"               },
        {"enable.idempotence",                    "true"             },
        {"max.in.flight.requests.per.connection", "5"                },
        {"message.timeout.ms",                    "120000"           },
        {"message.max.bytes",                     "2097152"          },
        {"queue.buffering.max.kbytes",            "65536"            },
        {"compression.codec",                     "lz4"              },
        {"allow.auto.create.topics",              "false"            },
        {"socket.nagle.disable",                  "true"             },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(value_of(made, row.name) == row.value);
    }
}

TEST_CASE("client settings: a consumer stores no offsets and never resets them") {
    kafka_settings told;
    told.group = "ours";
    const auto made = consumer_configuration(consumer_settings_from(told));
    const row rows[] = {
        {"group.id",                   "ours"          },
        {"enable.auto.commit",         "false"         },
        {"enable.auto.offset.store",   "false"         },
        {"auto.offset.reset",          "error"         },
        {"isolation.level",            "read_committed"},
        {"check.crcs",                 "true"          },
        {"queued.max.messages.kbytes", "65536"         },
        {"fetch.message.max.bytes",    "262144"        },
    };
    for (const auto& row : rows) {
        CAPTURE(row.name);
        CHECK(value_of(made, row.name) == row.value);
    }
}

TEST_CASE("client settings: who we are is passed on") {
    kafka_settings told;
    told.security_protocol = "sasl_ssl";
    told.sasl_mechanism = "SCRAM-SHA-512";
    told.sasl_username = "ingest";
    told.sasl_password = secret{"hunter2"};
    const auto made = admin_configuration(client_settings_from(told));
    CHECK(value_of(made, "security.protocol") == "sasl_ssl");
    CHECK(value_of(made, "sasl.mechanisms") == "SCRAM-SHA-512");
    CHECK(value_of(made, "sasl.username") == "ingest");
    CHECK(value_of(made, "sasl.password") == "hunter2");
    CHECK(value_of(made, "ssl.endpoint.identification.algorithm") == "https");
}

}  // namespace billhook::kafka
