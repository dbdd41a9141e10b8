#pragma once

#include "ingest/webhook/signing_key.hpp"
#include "schemas/messages/record.hpp"
#include "schemas/types/instant.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <vector>

namespace billhook {

// A secret of an endpoint, ready to compute with. `name` is what metrics, logs and the record's
// header say; the value cannot be had back. After `not_after` it accepts nothing any more.
struct endpoint_secret {
    std::string name;
    signing_key key;
    std::optional<instant> not_after;
};

// Where Stripe or Clerk delivers to: an exact path and the secrets that sign for it. Whether the
// values are fit to be secrets was decided when the settings were read. Each thread has endpoints
// of its own (see signing_key).
struct endpoint {
    std::string name;
    std::string path;
    endpoint_kind kind = endpoint_kind::stripe;
    endpoint_mode mode = endpoint_mode::both;
    std::chrono::seconds tolerance{300};
    std::vector<endpoint_secret> secrets;
};

}  // namespace billhook
