#pragma once

#include "schemas/types/instant.hpp"
#include "schemas/types/secret.hpp"

#include <string>
#include <string_view>

namespace billhook::simulator {

// The value of a `Stripe-Signature` header over exactly these bytes, signed at `at`: written apart
// from the gateway's verifier, so that the two check each other.
[[nodiscard]] std::string signature_header(std::string_view body, const secret& key, instant at);

}  // namespace billhook::simulator
