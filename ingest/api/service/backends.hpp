#pragma once

#include "ingest/api/service/standing_store.hpp"
#include "schemas/io/stripe_api/client.hpp"

#include <string>
#include <utility>

namespace billhook::api {

// What one thread of the pool asks; its own, never another one's.
struct backends {
    backends(
        postgres::connect_options database,
        std::string topic,
        store_news& news,
        stripe::client_settings told
    );

    standing_store state;
    stripe::client stripe;
};

}  // namespace billhook::api
