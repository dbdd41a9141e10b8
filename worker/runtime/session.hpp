#pragma once

#include "schemas/types/assert.hpp"
#include "worker/runtime/watchdog.hpp"

#include <functional>
#include <memory>
#include <tuple>
#include <utility>

namespace billhook {

// Ports over one connection to Postgres, destroyed together.
template <class... Port>
class opened {
public:
    virtual ~opened() = default;
    opened() = default;
    opened(const opened&) = delete;
    opened& operator=(const opened&) = delete;

    template <class Wanted>
    [[nodiscard]] Wanted& get() const {
        return *std::get<Wanted*>(all_);
    }
    [[nodiscard]] int socket() const { return socket_; }

protected:
    std::tuple<Port*...> all_{};  // set by whoever owns them
    int socket_ = -1;             // the connection's, if it has one
};

// What one thread has open at Postgres, over its failures: after one, everything is thrown away and
// made anew. One thread.
template <class... Port>
class session {
public:
    using what = opened<Port...>;
    // Connects and makes them; throws. Never re-uses anything of an earlier call.
    using opener = std::function<std::unique_ptr<what>()>;

    explicit session(opener how) : how_(std::move(how)) {}
    // `signs` are those of the thread that uses it, and outlive it.
    session(opener how, heartbeat& signs) : how_(std::move(how)), signs_(&signs) {}
    ~session() { close(); }
    session(const session&) = delete;
    session& operator=(const session&) = delete;

    void open() {
        close();
        now_ = how_();
        tell(now_->socket());
    }
    void close() {
        tell(-1);
        now_.reset();
    }
    [[nodiscard]] bool is_open() const { return now_ != nullptr; }
    // Of an open one; asserted.
    template <class Wanted>
    [[nodiscard]] Wanted& get() const {
        BILLHOOK_ASSERT(now_ != nullptr);
        return now_->template get<Wanted>();
    }

private:
    void tell(int socket) {
        if (signs_ != nullptr) {
            signs_->waits_on(socket);
        }
    }

    opener how_;
    heartbeat* signs_ = nullptr;
    std::unique_ptr<what> now_;
};

}  // namespace billhook
