#pragma once

#include "schemas/types/assert.hpp"
#include "worker/ledger/leases.hpp"
#include "worker/ledger/ledger.hpp"

#include <functional>
#include <memory>
#include <utility>

namespace billhook {

// What one thread has open at Postgres: objects over one connection. Destroyed together, the
// connection last.
struct opened {
    virtual ~opened() = default;
    virtual ledger& books() = 0;
    virtual leases& rights() = 0;
    virtual organizations& table() = 0;
    virtual outbox& outgoing() = 0;
};
// Connects and makes them; throws. Never re-uses anything of an earlier call.
using opener = std::function<std::unique_ptr<opened>()>;

// A thread's connection over its failures: after one, everything is thrown away and made anew.
class session {
public:
    explicit session(opener how) : how_(std::move(how)) {}

    void open() {
        now_.reset();
        now_ = how_();
    }
    void close() { now_.reset(); }
    [[nodiscard]] bool is_open() const { return now_ != nullptr; }
    [[nodiscard]] ledger& books() { return current().books(); }
    [[nodiscard]] leases& rights() { return current().rights(); }
    [[nodiscard]] organizations& table() { return current().table(); }
    [[nodiscard]] outbox& outgoing() { return current().outgoing(); }

private:
    opened& current() {
        BILLHOOK_ASSERT(now_ != nullptr);
        return *now_;
    }

    opener how_;
    std::unique_ptr<opened> now_;
};

}  // namespace billhook
