#pragma once

#include "schemas/messages/notice.hpp"
#include "schemas/messages/publisher.hpp"
#include "tools/recovery/spool.hpp"
#include "worker/ledger/ledger.hpp"

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>

namespace billhook {

// Notices that would be sent at once.
struct foretold {
    std::size_t notices = 0;
    std::set<organization_id> organizations;  // that would be sent one or more
    std::map<notice_kind, std::size_t> kinds;

    // "3 to 2 organizations: 2 canceled, 1 reminder"
    [[nodiscard]] std::string text() const;
    void add(const foretold& other);
};

// What the worker would send on account of these messages if they came now, by its own parser, fold
// and policy over its own state: in units that are never committed, one for the messages of some
// customers, so that nobody waits long for their rows. An organization whose customers fall into
// different units is assessed in each. `messages` are sorted by this call; `watch` is told how many
// were looked at. Throws what the ledger throws.
[[nodiscard]] foretold foretell(
    spool& messages,
    ledger& books,
    const std::function<void(std::size_t)>& watch
);

// Publishes all of them, those of a customer one after another. Throws not_published; what was
// acknowledged until then stays published, and doing it again is harmless.
void release(spool& messages, publisher& into, const std::function<void(std::size_t)>& watch);

}  // namespace billhook
