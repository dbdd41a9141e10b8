#pragma once

#include "schemas/settings/access_settings.hpp"
#include "schemas/settings/api_settings.hpp"
#include "schemas/settings/endpoint_settings.hpp"
#include "schemas/settings/listen_address.hpp"
#include "schemas/settings/notifier_settings.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/log_level.hpp"
#include "schemas/types/secret.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

// Everything that a process of Billhook can be told: plain values, the defaults included. What each
// means, its unit and its bounds: the table in keys.cpp, and deploy/billhook.example.toml.
namespace billhook {

struct kafka_settings {
    std::string brokers;  // "host:port,host:port"
    std::string security_protocol = "plaintext";
    std::string sasl_mechanism;
    std::string sasl_username;
    secret sasl_password;
    std::string ca_file;
    std::string certificate_file;
    std::string key_file;
    secret key_password;
    std::string group = "billhook";  // offsets are committed under it for lag tools
    std::int32_t partitions = 12;    // when `migrate` creates stripe.events
    std::int16_t replication = -1;   // the same; -1: the brokers' default
    std::chrono::seconds message_timeout{120};
    std::chrono::milliseconds linger{1};
    std::string compression = "lz4";
    std::size_t producer_queue_kib = 65'536;
    std::size_t consumer_queue_kib = 65'536;

    friend bool operator==(const kafka_settings&, const kafka_settings&) = default;
};

struct database_settings {
    secret url;                                    // of this process's own role
    std::map<std::string, secret> role_passwords;  // role -> password, for `migrate`

    friend bool operator==(const database_settings&, const database_settings&) = default;
};

struct stripe_settings {
    secret secret_key;  // sk_... or rk_...: of processes that read Stripe's API
    std::string api_base = "https://api.stripe.com";

    friend bool operator==(const stripe_settings&, const stripe_settings&) = default;
};

struct ingest_settings {
    listen_address listen{"0.0.0.0", 8080};
    listen_address admin_listen{"127.0.0.1", 9464};
    std::size_t threads = 1;
    std::chrono::seconds tolerance{300};  // of a signature's time, both ways
    std::size_t max_body_bytes = 1'048'576;
    std::size_t max_header_bytes = 16'384;
    std::size_t max_connections = 4'096;  // over all threads
    std::size_t max_connections_per_address = 256;
    std::size_t max_requests_per_connection = 1'000;
    std::size_t max_bytes_in_flight = 33'554'432;   // verified events until their delivery report
    std::size_t max_unverified_bytes = 16'777'216;  // what is being read
    std::size_t max_unverified_bytes_per_address = 4'194'304;
    std::size_t least_body_rate = 16'384;  // bytes a second
    std::string trusted_proxies;           // "10.0.0.0/8,192.0.2.7": no bounds per address
    std::string client_address_header;     // of those: "X-Forwarded-For"
    std::chrono::seconds header_deadline{5};
    std::chrono::seconds body_deadline{10};
    std::chrono::seconds append_deadline{8};  // then 503: far below kafka.message_timeout
    std::chrono::seconds write_deadline{10};
    std::chrono::seconds idle_deadline{60};  // between two requests
    std::chrono::seconds stop_deadline{15};
    std::vector<endpoint_settings> endpoints;

    friend bool operator==(const ingest_settings&, const ingest_settings&) = default;
};

struct worker_settings {
    listen_address admin_listen{"127.0.0.1", 9465};
    std::size_t threads = 0;  // consumers; 0: two a processor, at most four
    std::size_t batch_records = 1000;
    std::size_t load_rows = 20'000;       // at once, of several customers or organizations
    std::chrono::milliseconds batch{25};  // how long a batch waits to become full
    std::chrono::milliseconds lease{2'500};
    std::chrono::milliseconds clock{1'000};    // between two ticks
    std::chrono::milliseconds horizon{2'000};  // between two horizons of an idle partition
    std::chrono::milliseconds relay{200};      // between two looks into an empty outbox
    std::chrono::milliseconds relay_lease{5'000};
    std::chrono::seconds watchdog{60};
    bool organizations = true;  // mirror and sweep public.organizations
    std::chrono::seconds mirror_interval{10};
    std::chrono::seconds sweep_interval{10};
    std::chrono::seconds stop_deadline{15};

    friend bool operator==(const worker_settings&, const worker_settings&) = default;
};

struct reconcile_settings {
    listen_address admin_listen{"127.0.0.1", 9468};  // of `billhook reconcile --every`

    friend bool operator==(const reconcile_settings&, const reconcile_settings&) = default;
};

struct settings {
    bool livemode = false;  // what the projection accepts
    bool allow_weak_durability = false;
    std::string plans = "plans.toml";  // path of the file
    std::chrono::seconds startup_wait{30};
    log_level level = log_level::info;
    log_format format = log_format::text;
    kafka_settings kafka;
    database_settings database;
    stripe_settings stripe;
    ingest_settings ingest;
    worker_settings worker;
    smtp_settings smtp;
    notifier_settings notifier;
    reconcile_settings reconcile;
    api_settings api;
    page_settings page;
    access_settings access;

    friend bool operator==(const settings&, const settings&) = default;
};

}  // namespace billhook
