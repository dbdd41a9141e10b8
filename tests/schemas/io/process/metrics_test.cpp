#include "schemas/io/process/metrics.hpp"

#include <doctest/doctest.h>

namespace billhook {

TEST_CASE("metrics: what was counted stands in the exposition") {
    metrics all;
    const auto records = all.add_counter(
        "billhook_records_total",
        "records",
        {
            {"kind", "a"}
    }
    );
    const auto again = all.add_counter(
        "billhook_records_total",
        "records",
        {
            {"kind", "a"}
    }
    );
    const auto others = all.add_counter(
        "billhook_records_total",
        "records",
        {
            {"kind", "b"}
    }
    );
    const auto lag = all.add_gauge("billhook_lag", "lag");
    const auto seconds = all.add_histogram("billhook_seconds", "time", {0.1, 1});
    records.add();
    again.add(2);
    others.add(5);
    lag.set(7);
    lag.add(-3);
    seconds.observe(0.5);

    CHECK(records.value() == 3);
    const auto text = all.exposition();
    CHECK(text.find("billhook_records_total{kind=\"a\"} 3") != text.npos);
    CHECK(text.find("billhook_records_total{kind=\"b\"} 5") != text.npos);
    CHECK(text.find("# TYPE billhook_lag gauge\nbillhook_lag 4\n") != text.npos);
    CHECK(text.find("billhook_seconds_bucket{le=\"0.1\"} 0") != text.npos);
    CHECK(text.find("billhook_seconds_bucket{le=\"1\"} 1") != text.npos);
}

}  // namespace billhook
