#include "ingest/api/service/blocking_pool.hpp"

namespace billhook::api {

backends::backends(
    postgres::connect_options database,
    std::string topic,
    store_news& news,
    stripe::client_settings told
)
    : state(std::move(database), std::move(topic), news),
      stripe(std::move(told), [](std::chrono::milliseconds pause) {
          std::this_thread::sleep_for(pause);
          return true;  // at most until the call's deadline
      }) {}

blocking_pool::blocking_pool(
    std::size_t threads,
    std::size_t waiting,
    const std::function<std::unique_ptr<backends>()>& make
)
    : waiting_(waiting) {
    for (std::size_t i = 0; i < threads; ++i) {
        backends_.push_back(make());
    }
    for (const auto& each : backends_) {
        threads_.emplace_back([this, with = each.get()] { serve(*with); });
    }
}

void blocking_pool::end() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
        queue_.clear();
    }
    wake_.notify_all();
    give_up(std::chrono::steady_clock::time_point::max());
    for (auto& each : threads_) {
        each.join();
    }
    threads_.clear();
}

bool blocking_pool::give_up(std::chrono::steady_clock::time_point asked_before) {
    bool any = false;
    for (const auto& each : backends_) {
        any |= each->state.give_up(asked_before);
    }
    return any;
}

bool blocking_pool::submit(work what) {
    {
        const std::lock_guard lock(guard_);
        if (ending_ || queue_.size() >= waiting_) {
            return false;
        }
        queue_.push_back(std::move(what));
    }
    wake_.notify_one();
    return true;
}

bool blocking_pool::is_awaited() {
    const std::lock_guard lock(guard_);
    return !queue_.empty();
}

void blocking_pool::serve(backends& with) {
    for (;;) {
        std::unique_lock lock(guard_);
        wake_.wait(lock, [this] { return ending_ || !queue_.empty(); });
        if (queue_.empty()) {
            return;
        }
        const auto next = std::move(queue_.front());
        queue_.pop_front();
        lock.unlock();
        next(with);
    }
}

}  // namespace billhook::api
