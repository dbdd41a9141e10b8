#pragma once

#include "ingest/api/access/caller.hpp"
#include "ingest/http/message.hpp"
#include "schemas/types/instant.hpp"
#include "schemas/types/result.hpp"

#include <optional>

namespace billhook::api {

// Knows by the `Authorization: Bearer` of a request who asks. From any thread, several at once;
// does no I/O and waits for none: where the keys that sign tokens must be fetched first, it says
// 503 `keys_unavailable`, and somebody else fetches them.
class authority {
public:
    authority() = default;
    authority(const authority&) = delete;
    authority& operator=(const authority&) = delete;
    virtual ~authority() = default;

    // `of_the_path` is the organization that the request's path names, if it names one. Another
    // organization's path is 404 `not_found`, as is one that does not exist: that nobody has to
    // tell apart. 401 `unauthenticated` or `token_expired`, 403 `no_active_organization`. Whether
    // the caller may write is `refuses_write`'s to say.
    [[nodiscard]] virtual result<caller, http::problem> who_asks(
        const http::request_head& head,
        const std::optional<organization_id>& of_the_path,
        instant now
    ) = 0;
};

}  // namespace billhook::api
