#pragma once

#include "schemas/io/stripe_api/client.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace billhook::stripe {

// One page of a list; `objects` are handles into `from`.
struct page {
    reply from;
    std::vector<json::value> objects;
};

// Walks one of Stripe's lists, in the list's own order: newest first. What appears while we walk
// stands before the first page and is not seen; nothing is seen twice. One thread; blocks.
class pages {
public:
    static constexpr int largest = 100;

    // `what` without `limit` and `starting_after`. `after`: the id of the last object of an earlier
    // walk, to go on behind it; empty: from the start. `from` must outlive this.
    pages(client& from, request what, std::string after = {}, int limit = largest);

    // The next page, perhaps an empty one; nothing once the list has ended. Throws failure, also
    // if the reply is no list.
    [[nodiscard]] result<std::optional<page>, refusal> next();
    // That was the last page.
    [[nodiscard]] bool ended() const noexcept { return ended_; }
    // The id of the last object of the pages so far: `after` of a walk that goes on here.
    [[nodiscard]] const std::string& after() const noexcept { return after_; }

private:
    client& from_;
    request what_;
    std::string after_;
    std::size_t fixed_;  // members of the query that every page has
    bool ended_ = false;
};

}  // namespace billhook::stripe
