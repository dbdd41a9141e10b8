#pragma once

#include "schemas/io/kafka/client_settings.hpp"
#include "schemas/messages/publisher.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace billhook::builders {

// A topic of its own at the brokers of BILLHOOK_TEST_KAFKA_BROKERS, with the limits of
// stripe.events; it stays when the test is over. Without that variable `usable` is false, and says
// so in a line "SKIPPED: …" that ctest understands:
//   builders::topic log(12); if (!log.usable()) return;
class topic {
public:
    explicit topic(std::int32_t partitions);

    [[nodiscard]] bool usable() const { return !name_.empty(); }
    [[nodiscard]] const std::string& name() const { return name_; }
    [[nodiscard]] std::int32_t partitions() const { return partitions_; }
    [[nodiscard]] const kafka::client_settings& client() const { return client_; }

    // Blocks until the broker has them all; into this topic, whatever theirs says. Aborts if it
    // does not take one. Any thread.
    void publish(std::vector<message> all) const;

private:
    std::string name_;
    std::int32_t partitions_;
    kafka::client_settings client_;
};

}  // namespace billhook::builders
