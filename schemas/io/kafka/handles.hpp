#pragma once

#include "schemas/io/kafka/error_codes.hpp"

#include <librdkafka/rdkafka.h>

#include <memory>
#include <stdexcept>
#include <string>

namespace billhook::kafka {

// Owners of librdkafka's C objects, the only place where they are freed.
template <auto Free>
struct freed_by {
    template <class Handle>
    void operator()(Handle* handle) const {
        Free(handle);
    }
};

using configuration = std::unique_ptr<rd_kafka_conf_t, freed_by<rd_kafka_conf_destroy>>;
using event_handle = std::unique_ptr<rd_kafka_event_t, freed_by<rd_kafka_event_destroy>>;
using queue_handle = std::unique_ptr<rd_kafka_queue_t, freed_by<rd_kafka_queue_destroy>>;
using message_handle = std::unique_ptr<rd_kafka_message_t, freed_by<rd_kafka_message_destroy>>;
using partition_list = std::
    unique_ptr<rd_kafka_topic_partition_list_t, freed_by<rd_kafka_topic_partition_list_destroy>>;
using error_handle = std::unique_ptr<rd_kafka_error_t, freed_by<rd_kafka_error_destroy>>;
using new_topic = std::unique_ptr<rd_kafka_NewTopic_t, freed_by<rd_kafka_NewTopic_destroy>>;
using admin_options =
    std::unique_ptr<rd_kafka_AdminOptions_t, freed_by<rd_kafka_AdminOptions_destroy>>;
using config_resource =
    std::unique_ptr<rd_kafka_ConfigResource_t, freed_by<rd_kafka_ConfigResource_destroy>>;
using topic_handle = std::unique_ptr<rd_kafka_topic_t, freed_by<rd_kafka_topic_destroy>>;
using metadata_handle =
    std::unique_ptr<const struct rd_kafka_metadata, freed_by<rd_kafka_metadata_destroy>>;

// An instance: destroying it joins librdkafka's threads. A consumer's destruction of 2.0.2 can hang
// on its own references; the deleter waits at most 5 s on a thread of its own, then leaves it to
// the end of the process. No group is left behind: nobody subscribes.
struct destroy_instance {
    void operator()(rd_kafka_t* instance) const;
};
using instance_handle = std::unique_ptr<rd_kafka_t, destroy_instance>;

// Kafka could not do what was asked. `what()` has no secrets and no payload.
struct failure : std::runtime_error {
    failure(const std::string& text, rd_kafka_resp_err_t code);
    // "consuming: Broker: Not authorized ...".
    [[nodiscard]] static failure of(const std::string& doing, rd_kafka_resp_err_t code);

    [[nodiscard]] remedy what_helps() const { return remedy_for(code); }
    // Nothing but time is needed.
    [[nodiscard]] bool retryable() const { return what_helps() == remedy::retry; }

    rd_kafka_resp_err_t code;
};

// Makes an instance; takes the configuration. Throws failure.
[[nodiscard]] instance_handle make_instance(rd_kafka_type_t type, configuration from);

}  // namespace billhook::kafka
