#include "worker/runtime/watchdog.hpp"

#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

namespace billhook {

void heartbeat::waits_on(int socket) {
    const std::lock_guard held(guard_);
    socket_ = socket;
}

bool heartbeat::cut() {
    const std::lock_guard held(guard_);
    return socket_ >= 0 && ::shutdown(socket_, SHUT_RDWR) == 0;
}

watchdog::watchdog(std::chrono::milliseconds patience, log& lines)
    : patience_(patience), lines_(lines) {}

watchdog::~watchdog() {
    end();
}

heartbeat& watchdog::watch(std::string name) {
    watched& added = watched_.emplace_back();
    added.name = std::move(name);
    return added.signs;
}

void watchdog::start() {
    thread_ = std::thread([this] { run(); });
}

void watchdog::end() {
    {
        const std::lock_guard held(guard_);
        ending_ = true;
    }
    wake_.notify_all();
    if (thread_.joinable()) {
        thread_.join();
    }
}

void watchdog::end_within(std::chrono::milliseconds span, exit_code how) {
    const std::lock_guard held(guard_);
    limit_ = {.until = std::chrono::steady_clock::now() + span, .how = how};
}

// `guard_` is held.
void watchdog::check_limit() {
    if (limit_ && std::chrono::steady_clock::now() > limit_->until) {
        lines_.warning("stopping took too long, the process ends; leases run out by themselves");
        _exit(to_int(limit_->how));
    }
}

void watchdog::run() {
    using steady = std::chrono::steady_clock;
    struct seen {
        std::uint64_t beats = 0;
        steady::time_point at = steady::now();
        bool cut = false;
    };
    std::vector<seen> last(watched_.size());
    std::unique_lock held(guard_);
    while (!wake_.wait_for(held, std::min(patience_ / 4, std::chrono::milliseconds{200}), [this] {
        return ending_;
    })) {
        check_limit();
        for (std::size_t which = 0; which < watched_.size(); ++which) {
            const std::uint64_t beats = watched_[which].signs.beats();
            if (beats != last[which].beats) {
                last[which] = {.beats = beats, .at = steady::now()};
                continue;
            }
            const auto silent = steady::now() - last[which].at;
            if (silent > patience_ / 2 && !std::exchange(last[which].cut, true) &&
                watched_[which].signs.cut()) {
                lines_.warning(
                    "a thread waited for its database for too long, its connection is cut",
                    "thread"_is(watched_[which].name)
                );
            }
            if (silent > patience_) {
                lines_.error(
                    "a thread took no step for too long, the process ends",
                    "thread"_is(watched_[which].name)
                );
                _exit(1);
            }
        }
    }
}

}  // namespace billhook
