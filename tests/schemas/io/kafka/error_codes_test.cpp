#include "schemas/io/kafka/error_codes.hpp"

#include <doctest/doctest.h>

#include <map>
#include <set>
#include <span>
#include <string>

namespace billhook::kafka {

namespace {

// What librdkafka itself says that there is.
std::map<rd_kafka_resp_err_t, std::string> all_codes() {
    const rd_kafka_err_desc* first = nullptr;
    std::size_t count = 0;
    rd_kafka_get_err_descs(&first, &count);
    std::map<rd_kafka_resp_err_t, std::string> all;
    for (const auto& each : std::span{first, count}) {
        if (each.name != nullptr) {
            all.emplace(each.code, each.name);
        }
    }
    return all;
}

}  // namespace

TEST_CASE("error codes: every code of librdkafka has one remedy and its reason") {
    const auto all = all_codes();
    REQUIRE(all.size() > 150);
    std::set<rd_kafka_resp_err_t> told;
    for (const error_rule& each : error_rules()) {
        CAPTURE(name_of(each.code));
        CHECK(all.contains(each.code));
        CHECK(told.insert(each.code).second);
        CHECK(each.why.size() > 10);
        CHECK_FALSE(to_word(each.what).empty());
        CHECK(remedy_for(each.code) == each.what);
        // Its two marks have no name to be asked for.
        if (each.code != RD_KAFKA_RESP_ERR__BEGIN && each.code != RD_KAFKA_RESP_ERR__END) {
            CHECK(name_of(each.code) == all.at(each.code));
        }
    }
    for (const auto& [code, name] : all) {
        CAPTURE(name);
        CHECK(told.contains(code));
    }
}

TEST_CASE("error codes: no code of a broker is taken for a bug of ours") {
    for (const error_rule& each : error_rules()) {
        CAPTURE(name_of(each.code));
        if (each.code > RD_KAFKA_RESP_ERR_NO_ERROR) {
            CHECK(each.what != remedy::bug);
        }
    }
    CHECK(remedy_for(static_cast<rd_kafka_resp_err_t>(120)) == remedy::alarm);
}

TEST_CASE("error codes: what is sorted how") {
    struct row {
        rd_kafka_resp_err_t code;
        remedy what;
    };
    const row rows[] = {
        {RD_KAFKA_RESP_ERR__TRANSPORT,                   remedy::retry },
        {RD_KAFKA_RESP_ERR__TIMED_OUT,                   remedy::retry },
        {RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,     remedy::retry },
        {RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION,           remedy::absent},
        {RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART,        remedy::absent},
        {RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE,          remedy::park  },
        {RD_KAFKA_RESP_ERR__BAD_MSG,                     remedy::park  },
        {RD_KAFKA_RESP_ERR__FATAL,                       remedy::reopen},
        {RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, remedy::reopen},
        {RD_KAFKA_RESP_ERR_SASL_AUTHENTICATION_FAILED,   remedy::alarm },
        {RD_KAFKA_RESP_ERR__INVALID_ARG,                 remedy::bug   },
    };
    for (const row& each : rows) {
        CAPTURE(name_of(each.code));
        CHECK(remedy_for(each.code) == each.what);
    }
    CHECK(name_of(RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION) == "_UNKNOWN_PARTITION");
}

}  // namespace billhook::kafka
