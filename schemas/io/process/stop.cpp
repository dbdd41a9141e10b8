#include "schemas/io/process/stop.hpp"

#include "schemas/types/assert.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstdint>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>

namespace billhook {
namespace {

// What a signal handler may touch; it cannot be given an object. -1: no `stop` lives.
std::atomic<int> requested_by{-1};
std::atomic<int> signals_seen{0};
static_assert(std::atomic<int>::is_always_lock_free);

void make_readable(int descriptor) noexcept {
    const std::uint64_t one = 1;
    // Can only fail when the counter is full, and then it is readable already.
    [[maybe_unused]] const auto written = ::write(descriptor, &one, sizeof one);
}

extern "C" void on_stop_signal(int) {
    const int kept = errno;
    if (signals_seen.fetch_add(1) > 0) {
        ::_exit(1);
    }
    if (const int descriptor = requested_by.load(); descriptor >= 0) {
        make_readable(descriptor);
    }
    errno = kept;
}

void handle(int signal, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    action.sa_flags = SA_RESTART;
    ::sigemptyset(&action.sa_mask);
    ::sigaction(signal, &action, nullptr);
}

}  // namespace

stop::stop() : descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    int none = -1;
    BILLHOOK_ASSERT(requested_by.compare_exchange_strong(none, descriptor_));
    signals_seen = 0;
    handle(SIGPIPE, SIG_IGN);
    handle(SIGHUP, SIG_IGN);
    handle(SIGINT, on_stop_signal);
    handle(SIGTERM, on_stop_signal);
}

stop::~stop() {
    handle(SIGINT, SIG_DFL);
    handle(SIGTERM, SIG_DFL);
    requested_by = -1;
    ::close(descriptor_);
}

void stop::request() noexcept {
    make_readable(descriptor_);
}

bool stop::requested() const noexcept {
    pollfd waiting{descriptor_, POLLIN, 0};
    return ::poll(&waiting, 1, 0) > 0;
}

bool stop::wait_for(std::chrono::milliseconds span) const {
    using steady = std::chrono::steady_clock;
    const auto until = steady::now() + span;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
        pollfd waiting{descriptor_, POLLIN, 0};
        const auto bounded = std::clamp<std::int64_t>(left.count(), 0, 60'000);
        if (::poll(&waiting, 1, static_cast<int>(bounded)) > 0) {
            return true;
        }
        if (steady::now() >= until) {
            return false;
        }
    }
}

}  // namespace billhook
