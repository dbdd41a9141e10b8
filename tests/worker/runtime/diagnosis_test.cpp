#include "worker/runtime/diagnosis.hpp"

#include "schemas/io/kafka/handles.hpp"

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace billhook {

using postgres::remedy;

TEST_CASE("diagnosis: Kafka's failures are in our words under Kafka's name") {
    for (const kafka::error_rule& each : kafka::error_rules()) {
        const diagnosis why = diagnose(kafka::failure("doing", each.code));
        CAPTURE(kafka::name_of(each.code));
        CHECK(why.cause == kafka::name_of(each.code));
        const remedy wanted = each.what == kafka::remedy::bug     ? remedy::stop
                              : each.what == kafka::remedy::alarm ? remedy::alarm
                                                                  : remedy::retry;
        CHECK(why.what == wanted);
    }
}

TEST_CASE("diagnosis: Postgres' failures are under their state or a word") {
    const auto of = [](remedy what, const char* sqlstate) {
        return diagnose(postgres::failure("text", {what, sqlstate}));
    };
    CHECK(of(remedy::retry, "40001") == diagnosis{remedy::retry, "40001"});
    CHECK(of(remedy::reconnect, "") == diagnosis{remedy::reconnect, "connection_broken"});
    CHECK(of(remedy::alarm, "") == diagnosis{remedy::alarm, "unfit_database"});
    CHECK(diagnose(std::logic_error("a bug")) == diagnosis{remedy::stop, "not_of_the_database"});
}

TEST_CASE("diagnosis: pauses double up to five seconds") {
    const std::chrono::milliseconds expected[] = {
        std::chrono::milliseconds{100},
        std::chrono::milliseconds{100},
        std::chrono::milliseconds{200},
        std::chrono::milliseconds{400},
        std::chrono::milliseconds{800},
        std::chrono::milliseconds{1600},
        std::chrono::milliseconds{3200},
        std::chrono::milliseconds{5000},
        std::chrono::milliseconds{5000}};
    unsigned failures = 0;
    for (const auto& each : expected) {
        CHECK(pause_after(remedy::retry, failures++) == each);
    }
    CHECK(pause_after(remedy::reconnect, 1'000'000) == std::chrono::milliseconds{5000});
    CHECK(pause_after(remedy::alarm, 1) == std::chrono::milliseconds{5000});
    for (int each = 0; each < 100; ++each) {
        const auto some = jittered(std::chrono::milliseconds{100});
        CHECK(some >= std::chrono::milliseconds{50});
        CHECK(some <= std::chrono::milliseconds{100});
    }
}

}  // namespace billhook
