#pragma once

#include "schemas/settings/listen_address.hpp"

#include <chrono>
#include <cstddef>
#include <string>

// What billhook-api can be told; see settings.hpp.
namespace billhook {

struct api_settings {
    listen_address listen{"127.0.0.1", 8081};
    listen_address admin_listen{"127.0.0.1", 9469};
    std::size_t threads = 1;           // each with its own acceptor
    std::size_t blocking_threads = 8;  // each with a session of Postgres and a connection to Stripe
    std::size_t waiting = 256;         // calls that wait for one of those; beyond it 503
    std::size_t max_body_bytes = 16'384;
    std::chrono::seconds deadline{20};       // of a call, Stripe's part included
    std::chrono::seconds after_deadline{5};  // for the standing to reach `after`
    std::chrono::seconds stop_deadline{15};
    std::string return_origins;          // "https://app.example.com,..."; of URLs that callers give
    std::string cors_origins;            // the same; of pages that may read the answers
    std::size_t organization_rate = 60;  // calls a minute of one organization that ask Stripe
    // While Postgres is away a gate is told its last answer, if that is not older.
    std::chrono::seconds gate_memory{600};
    std::string gate_answers;  // "notes=true,seats=5,..."; where there is none

    friend bool operator==(const api_settings&, const api_settings&) = default;
};

// The billing page that billhook-api serves below /page/.
struct page_settings {
    std::string folder;           // deploy/page; empty: none is served
    std::string publishable_key;  // Stripe's; empty: whoever buys goes to Stripe's hosted Checkout
    std::string stripe_js;        // of a stand-in for Stripe's script; empty: Stripe's own

    friend bool operator==(const page_settings&, const page_settings&) = default;
};

}  // namespace billhook
