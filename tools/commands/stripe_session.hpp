#pragma once

#include "schemas/io/process/exit_code.hpp"
#include "schemas/io/stripe_api/client.hpp"
#include "schemas/settings/settings.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

// What the commands that read Stripe's API begin and end with.
namespace billhook {

// The client's settings, or nothing after saying on standard error that the key is not of the
// projection's mode.
[[nodiscard]] std::optional<stripe::client_settings> stripe_client_or_problem(
    const settings& told,
    bool livemode
);

// What `client::on_trouble` tells, counted; each is a line on standard error.
struct troubles {
    void add(const stripe::trouble& what);
    std::size_t rate_limited = 0;
    std::size_t others = 0;
};

// "Stripe refused: 401 (req_1)" and what to do about it. The exit code is the command's.
exit_code complain_of_refusal(const std::string& text, int status);
exit_code complain_of_failure(const stripe::failure& failed);

}  // namespace billhook
