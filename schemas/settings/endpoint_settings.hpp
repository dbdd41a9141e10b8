#pragma once

#include "schemas/messages/record.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/secret.hpp"

#include <optional>
#include <string>
#include <vector>

// Where webhooks arrive; see settings.hpp.
namespace billhook {

struct secret_settings {
    std::string name;
    secret value;
    std::optional<instant> not_after;

    friend bool operator==(const secret_settings&, const secret_settings&) = default;
};

// One [[ingest.endpoints]]. Names and paths are unique, and there is at least one secret.
struct endpoint_settings {
    std::string name;
    std::string path = "/stripe/webhook";
    endpoint_mode mode = endpoint_mode::test;    // default: as `livemode`; `both` for Connect
    bool connect = false;                        // events of connected accounts
    endpoint_kind kind = endpoint_kind::stripe;  // who delivers there, and how he signs
    std::vector<secret_settings> secrets;

    friend bool operator==(const endpoint_settings&, const endpoint_settings&) = default;
};

}  // namespace billhook
