#pragma once

#include "schemas/io/stripe_api/client.hpp"

#include <cstdint>
#include <cstdio>

namespace billhook::testing {

// Stripe's own mock of its API as a process, ended with this. It cannot be had everywhere: then it
// does not run, after saying why.
class stripe_mock {
public:
    stripe_mock();
    ~stripe_mock();
    stripe_mock(const stripe_mock&) = delete;
    stripe_mock& operator=(const stripe_mock&) = delete;

    [[nodiscard]] bool runs() const { return process_ > 0; }
    // Waits as it is told to.
    [[nodiscard]] stripe::client client() const;

private:
    std::uint16_t port_;
    std::FILE* pipe_ = nullptr;
    int process_ = 0;
};

}  // namespace billhook::testing
