#include "tests/integration/api/selling_ground.hpp"

#include "schemas/io/kafka/inspector.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>
#include <thread>
#include <utility>

namespace billhook::testing {

selling_ground::selling_ground(
    int partitions,
    std::function<simulator::write_fault(const simulator::api_call&)> fault,
    std::chrono::milliseconds working
)
    : log(partitions), stripe(std::move(fault), working) {
    if (usable()) {
        db.migrate();
    }
}

void selling_ground::fold(const std::string& organization, const std::string& customer) {
    db.rows(fmt::format(
        "INSERT INTO billing_1.customers (id, known, organization) VALUES ('{}', true, '{}')",
        customer,
        organization
    ));
}

void selling_ground::fold(
    const std::string& organization,
    const simulator::sold_subscription& what,
    const std::string& account
) {
    db.rows(fmt::format(
        "INSERT INTO billing_1.subscriptions (id, event, event_created, ambiguous, deleted, begun, "
        "status, customer, items, cancel_at_period_end, organization, trial_end) VALUES ('{0}{1}', "
        "'evt_1', now(), false, false, true, '{2}', '{0}{3}', '[]', false, '{4}', {5})",
        account,
        what.is.id,
        what.is.status,
        what.is.customer,
        organization,
        what.is.trial_end ? "now()" : "NULL"
    ));
}

record selling_ground::record_of(const std::string& after) const {
    const auto at = api::log_position_from(after);
    REQUIRE(at.has_value());
    kafka::inspector reader{log.client()};
    const auto found =
        reader.fetch({log.name(), at->partition, at->offset}, std::chrono::seconds{30});
    REQUIRE(found.has_value());
    auto read =
        record_from(std::string(found->key()), std::string(found->value()), found->headers(), {});
    CHECK(read.source == record_source_kind::api);
    return read;
}

api_reply at_last(const std::function<api_reply()>& ask) {
    for (int tries = 0;; ++tries) {
        auto reply = ask();
        if (!says(reply, "\"retryable\":true") || tries == 200) {
            return reply;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

}  // namespace billhook::testing
