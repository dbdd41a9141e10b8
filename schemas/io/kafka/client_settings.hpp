#pragma once

#include "schemas/io/kafka/handles.hpp"
#include "schemas/settings/settings.hpp"
#include "schemas/types/secret.hpp"

#include <chrono>
#include <cstddef>
#include <string>

namespace billhook::kafka {

// How to reach a cluster and who we are there. Empty texts are left to librdkafka's defaults.
struct client_settings {
    std::string brokers;  // "host:port,host:port"
    std::string client_id = "billhook";
    std::string security_protocol = "plaintext";  // plaintext, ssl, sasl_plaintext, sasl_ssl
    std::string sasl_mechanism;                   // SCRAM-SHA-512, PLAIN ...
    std::string sasl_username;
    secret sasl_password;
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    secret key_password;
};

struct producer_settings {
    client_settings client;
    std::chrono::milliseconds message_timeout{120'000};  // far above any HTTP deadline
    std::chrono::milliseconds linger{1};
    std::size_t queue_kib = 65'536;
    std::size_t message_max_bytes = 2 * 1024 * 1024;
    std::string compression = "lz4";
};

struct consumer_settings {
    client_settings client;
    std::string group = "billhook";   // only to commit offsets for lag tools
    std::size_t queued_kib = 65'536;  // must hold more than a second of work
    std::chrono::milliseconds fetch_wait{100};
    bool partition_end = false;  // report the end of a partition
};

// The same as a process was told them.
[[nodiscard]] client_settings client_settings_from(const kafka_settings& told);
[[nodiscard]] producer_settings producer_settings_from(const kafka_settings& told);
[[nodiscard]] consumer_settings consumer_settings_from(const kafka_settings& told);

// The configurations of acks=all, idempotent producers with reports as events, and of assign-only
// consumers with auto.offset.reset=error. Throw failure (not retryable) that names a refused
// setting, never its value.
[[nodiscard]] configuration producer_configuration(const producer_settings& from);
[[nodiscard]] configuration consumer_configuration(const consumer_settings& from);
// For admin requests and metadata only.
[[nodiscard]] configuration admin_configuration(const client_settings& from);

}  // namespace billhook::kafka
