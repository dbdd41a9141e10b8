#pragma once

#include "schemas/settings/listen_address.hpp"
#include "schemas/types/secret.hpp"

#include <chrono>
#include <cstddef>
#include <string>

// What billhook-notifier can be told; see settings.hpp.
namespace billhook {

struct smtp_settings {
    listen_address server;         // host and port
    std::string tls = "starttls";  // tls: from the first byte; none: only to this machine
    std::string username;
    secret password;
    std::string ca_file;
    std::string from;       // address
    std::string from_name;  // shown beside it
    std::string reply_to;   // address; empty: from
    std::chrono::seconds timeout{20};

    friend bool operator==(const smtp_settings&, const smtp_settings&) = default;
};

struct notifier_settings {
    listen_address admin_listen{"127.0.0.1", 9467};
    std::string product;      // what the customers pay for
    std::string billing_url;  // the application's page for invoices and cards
    std::chrono::seconds give_up_after{172'800};
    std::chrono::seconds lease{30};
    std::size_t waiting = 10'000;  // notices that wait for another try

    friend bool operator==(const notifier_settings&, const notifier_settings&) = default;
};

}  // namespace billhook
