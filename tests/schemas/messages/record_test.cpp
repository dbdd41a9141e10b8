#include "schemas/messages/record.hpp"

#include <doctest/doctest.h>

#include <string>

namespace billhook {
namespace {

const instant arrival = from_unix_seconds(1'700'000'000) + std::chrono::microseconds{42};
const instant broker_time = from_unix_seconds(1'700'000'100);

record webhook_record() {
    record what;
    what.key = "cus_1";
    what.body = std::string("{\"id\":\0}", 8);
    what.event_id = "evt_1";
    what.event_type = "invoice.paid";
    what.endpoint = "main";
    what.mode = endpoint_mode::live;
    what.secret = "old";
    what.received_at = arrival;
    what.stripe_signature = "t=1,v1=ab";
    what.source = record_source_kind::webhook;
    return what;
}

void check_same(const record& a, const record& b) {
    CHECK(a.key == b.key);
    CHECK(a.body == b.body);
    CHECK(a.event_id == b.event_id);
    CHECK(a.event_type == b.event_type);
    CHECK(a.endpoint == b.endpoint);
    CHECK(a.mode == b.mode);
    CHECK(a.secret == b.secret);
    CHECK(a.received_at == b.received_at);
    CHECK(a.stripe_signature == b.stripe_signature);
    CHECK(a.source == b.source);
}

}  // namespace

TEST_CASE("record: the headers are those of the contract in a fixed order") {
    const header_list expected = {
        {"event-id",         "evt_1"           },
        {"event-type",       "invoice.paid"    },
        {"endpoint",         "main"            },
        {"endpoint-mode",    "live"            },
        {"secret",           "old"             },
        {"received-at",      "1700000000000042"},
        {"stripe-signature", "t=1,v1=ab"       },
        {"source",           "webhook"         },
    };
    CHECK(headers_of(webhook_record()) == expected);
}

TEST_CASE("record: what is not known has no header") {
    record what = webhook_record();
    what.event_id.reset();
    what.event_type.reset();
    what.stripe_signature.reset();
    for (const auto& [name, value] : headers_of(what)) {
        CAPTURE(name);
        CHECK_FALSE(value.empty());
        CHECK(name != "event-id");
        CHECK(name != "event-type");
        CHECK(name != "stripe-signature");
    }
}

TEST_CASE("record: every record comes back from its headers") {
    for (const auto source :
         {record_source_kind::webhook,
          record_source_kind::backfill,
          record_source_kind::reconcile,
          record_source_kind::mapping,
          record_source_kind::api,
          record_source_kind::clerk}) {
        for (const auto mode : {endpoint_mode::live, endpoint_mode::test, endpoint_mode::both}) {
            CAPTURE(to_word(source));
            CAPTURE(to_word(mode));
            record what = webhook_record();
            what.source = source;
            what.mode = mode;
            check_same(record_from(what.key, what.body, headers_of(what), broker_time), what);
            what.event_id.reset();
            what.event_type.reset();
            what.stripe_signature.reset();
            check_same(record_from(what.key, what.body, headers_of(what), broker_time), what);
        }
    }
}

TEST_CASE("record: what cannot be read takes the default and never stops the reader") {
    const record bare = record_from("k", "b", {}, broker_time);
    CHECK(bare.received_at == broker_time);
    CHECK(bare.mode == endpoint_mode::both);
    CHECK(bare.source == record_source_kind::webhook);
    CHECK_FALSE(bare.event_id.has_value());

    for (const std::string text :
         {"", "-1", "+1", " 1", "1 ", "1x", "9223372036854775808", "soon"}) {
        CAPTURE(text);
        const record read = record_from(
            "k",
            "b",
            {
                {"received-at", text}
        },
            broker_time
        );
        CHECK(read.received_at == broker_time);
    }
    const header_list strange = {
        {"endpoint-mode", "LIVE" },
        {"source",        "later"},
        {"x-new",         "1"    }
    };
    const record read = record_from("k", "b", strange, broker_time);
    CHECK(read.mode == endpoint_mode::both);
    CHECK(read.source == record_source_kind::webhook);
}

}  // namespace billhook
