#pragma once

#include "ingest/api/access/token_authority.hpp"
#include "schemas/settings/access_settings.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace billhook::api {

// What the settings say, for the authority.
[[nodiscard]] access_rules rules_from(const access_settings& told);
// "https://issuer/.well-known/jwks.json", unless the settings name another.
[[nodiscard]] std::string key_set_url_of(const access_settings& told);

// The authority of a process. Where keys have to be fetched it does so on a thread of its own, from
// the beginning; `who_asks` waits for none of it. The destructor ends the thread, after at most the
// five seconds of a fetch.
class running_authority final : public authority {
public:
    struct listeners {
        token_authority::listener refused;  // from any thread
        // Of the key set, "it cannot be fetched: slow", once until "it can be fetched again": from
        // the authority's own thread.
        std::function<void(const std::string&)> news;
    };

    // `key_pem`: content of `api.access.key_file`; empty: none. Throws std::runtime_error if it is
    // no RSA public key of 2048 bits or more.
    running_authority(const access_settings& told, const std::string& key_pem, listeners tell);
    ~running_authority() override;

    [[nodiscard]] result<caller, http::problem> who_asks(
        const http::request_head& head,
        const std::optional<organization_id>& of_the_path,
        instant now
    ) override;

    // Whether sessions can be verified, or none is to be: for /readyz.
    [[nodiscard]] bool has_keys() const;

private:
    class keys;
    std::unique_ptr<keys> keys_;
    token_authority tokens_;
};

}  // namespace billhook::api
