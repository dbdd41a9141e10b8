#include "schemas/io/kafka/producer.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <poll.h>
#include <sys/eventfd.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace billhook::kafka {
namespace {

using steady = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr std::uint64_t eventfd_step = 1;
constexpr std::chrono::milliseconds probe_every = 2s;
constexpr std::chrono::milliseconds busy_pause = 100ms;
constexpr auto replace_at_most_every = 1s;
constexpr auto probe_deadline = 1500ms;
// How long a broken instance may wait for answers that are still under way.
constexpr auto last_words = 5s;
constexpr int purge_all = RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT;

std::size_t size_of(const message& what) {
    auto bytes = what.key.size() + what.value.size();
    for (const auto& [name, value] : what.headers) {
        bytes += name.size() + value.size();
    }
    return bytes;
}

delivery delivery_of(const rd_kafka_message_t& reported) {
    const auto status = rd_kafka_message_status(&reported);
    if (reported.err == RD_KAFKA_RESP_ERR_NO_ERROR && status == RD_KAFKA_MSG_STATUS_PERSISTED) {
        return delivery::persisted;
    }
    const bool nowhere =
        reported.err != RD_KAFKA_RESP_ERR_NO_ERROR && status == RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
    return nowhere ? delivery::refused : delivery::unknown;
}

produce_refusal refusal_of(rd_kafka_resp_err_t code) {
    switch (code) {
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
            return produce_refusal::queue_full;
        case RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE:
            return produce_refusal::too_large;
        case RD_KAFKA_RESP_ERR__FATAL:
            return produce_refusal::unhealthy;
        default:
            return produce_refusal::refused;
    }
}

rd_kafka_resp_err_t ask(rd_kafka_t* instance) {
    const struct rd_kafka_metadata* answer = nullptr;
    const auto deadline = static_cast<int>(probe_deadline.count());
    const auto code = rd_kafka_metadata(instance, 0, nullptr, &answer, deadline);
    const metadata_handle owned{answer};
    return code;
}

rd_kafka_vu_t part(rd_kafka_vtype_t type) {
    rd_kafka_vu_t made{};
    made.vtype = type;
    return made;
}

}  // namespace

std::string_view to_word(produce_refusal why) {
    switch (why) {
        case produce_refusal::queue_full:
            return "queue_full";
        case produce_refusal::too_large:
            return "too_large";
        case produce_refusal::unhealthy:
            return "unhealthy";
        case produce_refusal::refused:
            return "refused";
    }
    return "";
}

// One librdkafka producer. Its queue is released before it.
struct producer::instance {
    ~instance() {
        // Its end may be left to a thread that hangs: that one must not write to a descriptor
        // which is somebody else's by then.
        if (events) {
            rd_kafka_queue_io_event_enable(events.get(), -1, nullptr, 0);
        }
    }
    instance() = default;
    instance(const instance&) = delete;
    instance& operator=(const instance&) = delete;

    instance_handle handle;
    queue_handle events;
    std::atomic<std::size_t> unreported{0};
    steady::time_point retired_at{};  // guarded by the producer
    bool purged = false;              // likewise
};

// What librdkafka carries as the message's opaque; its payload is `value`.
struct producer::in_flight {
    std::string value;
    std::unique_ptr<report_waiter> who;
    std::size_t bytes = 0;
    instance* in = nullptr;
};

producer::producer(const producer_settings& settings)
    : settings_(settings), descriptor_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (descriptor_ < 0) {
        throw std::system_error(errno, std::generic_category(), "eventfd");
    }
    try {
        current_ = make();
        maintenance_ = std::thread([this] { maintain(); });
    } catch (...) {
        current_.reset();
        ::close(descriptor_);
        throw;
    }
}

producer::~producer() {
    {
        const std::lock_guard lock(guard_);
        ending_ = true;
        if (current_) {
            retired_.push_back(std::move(current_));
        }
    }
    wake_.notify_all();
    maintenance_.join();
    for (const auto& each : retired_) {
        rd_kafka_purge(each->handle.get(), purge_all);
    }
    const auto until = steady::now() + 5s;
    while (messages_in_flight_ > 0 && steady::now() < until) {
        drain(50ms);
    }
    retired_.clear();
    ::close(descriptor_);  // only now: librdkafka's threads wrote to it
}

std::shared_ptr<producer::instance> producer::make() const {
    auto made = std::make_shared<instance>();
    made->handle = make_instance(RD_KAFKA_PRODUCER, producer_configuration(settings_));
    made->events.reset(rd_kafka_queue_get_main(made->handle.get()));
    rd_kafka_queue_io_event_enable(
        made->events.get(), descriptor_, &eventfd_step, sizeof eventfd_step
    );
    return made;
}

std::shared_ptr<producer::instance> producer::current() const {
    const std::lock_guard lock(guard_);
    return current_;
}

bool producer::healthy() const {
    return current() != nullptr;
}

std::optional<produce_refusal> producer::produce(
    message&& what,
    std::unique_ptr<report_waiter>&& who
) {
    const auto into = current();
    if (!into) {
        return produce_refusal::unhealthy;
    }
    auto* const headers = rd_kafka_headers_new(what.headers.size());
    for (const auto& [name, value] : what.headers) {
        rd_kafka_header_add(
            headers,
            name.data(),
            static_cast<ssize_t>(name.size()),
            value.data(),
            static_cast<ssize_t>(value.size())
        );
    }
    const auto bytes = size_of(what);
    auto carried = std::make_unique<in_flight>(in_flight{
        std::move(what.value), std::move(who), bytes, into.get()});
    std::array parts{
        part(RD_KAFKA_VTYPE_TOPIC),
        part(RD_KAFKA_VTYPE_KEY),
        part(RD_KAFKA_VTYPE_VALUE),
        part(RD_KAFKA_VTYPE_HEADERS),
        part(RD_KAFKA_VTYPE_OPAQUE)};
    parts[0].u.cstr = what.topic.c_str();
    parts[1].u.mem.ptr = what.key.empty() ? nullptr : what.key.data();
    parts[1].u.mem.size = what.key.size();
    parts[2].u.mem.ptr = carried->value.data();  // no copy flag: ours until the report
    parts[2].u.mem.size = carried->value.size();
    parts[3].u.headers = headers;
    parts[4].u.ptr = carried.get();

    // Counted before: the report may be there before the call returns.
    ++into->unreported;
    ++messages_in_flight_;
    bytes_in_flight_ += bytes;
    const error_handle failed{rd_kafka_produceva(into->handle.get(), parts.data(), parts.size())};
    if (!failed) {
        static_cast<void>(carried.release());  // comes back as the opaque of the report
        return std::nullopt;
    }
    --into->unreported;
    --messages_in_flight_;
    bytes_in_flight_ -= bytes;
    rd_kafka_headers_destroy(headers);
    what.value = std::move(carried->value);
    who = std::move(carried->who);
    const auto code = rd_kafka_error_code(failed.get());
    note(code);
    if (code == RD_KAFKA_RESP_ERR__FATAL) {
        retire(into);
    }
    return refusal_of(code);
}

std::size_t producer::drain() {
    std::uint64_t seen = 0;
    [[maybe_unused]] const auto taken = ::read(descriptor_, &seen, sizeof seen);
    std::vector<std::shared_ptr<instance>> all;
    {
        const std::lock_guard lock(guard_);
        all = retired_;
        if (current_) {
            all.push_back(current_);
        }
    }
    std::size_t reports = 0;
    for (const auto& each : all) {
        reports += drain(*each);
        if (rd_kafka_fatal_error(each->handle.get(), nullptr, 0) != RD_KAFKA_RESP_ERR_NO_ERROR) {
            retire(each);
        }
    }
    return reports;
}

std::size_t producer::drain(std::chrono::milliseconds wait) {
    if (const auto reports = drain(); reports > 0) {
        return reports;
    }
    pollfd waiting{descriptor_, POLLIN, 0};
    ::poll(&waiting, 1, static_cast<int>(std::clamp<std::int64_t>(wait.count(), 0, 60'000)));
    return drain();
}

std::size_t producer::drain(instance& from) {
    std::size_t reports = 0;
    while (const event_handle event{rd_kafka_queue_poll(from.events.get(), 0)}) {
        // Errors are only noted: a fatal one shows in the instance, the others mend themselves.
        if (rd_kafka_event_type(event.get()) != RD_KAFKA_EVENT_DR) {
            note(rd_kafka_event_error(event.get()));
            continue;
        }
        while (const auto* reported = rd_kafka_event_message_next(event.get())) {
            note(reported->err);
            report(*reported);
            ++reports;
        }
    }
    return reports;
}

void producer::report(const rd_kafka_message_t& reported) {
    const std::unique_ptr<in_flight> carried{static_cast<in_flight*>(reported._private)};
    // Before anything of it is read: who sent it wrote it and then counted it. librdkafka's locks
    // order that as well, but no sanitizer sees them.
    --messages_in_flight_;
    const auto what = delivery_of(reported);
    bytes_in_flight_ -= carried->bytes;
    --carried->in->unreported;
    if (what == delivery::persisted) {
        carried->who->placed(reported.partition, reported.offset);
    }
    carried->who->reported(what);
}

bool producer::flush(std::chrono::milliseconds deadline) {
    const auto until = steady::now() + deadline;
    while (messages_in_flight_ > 0) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
        if (left <= 0ms) {
            return false;
        }
        drain(std::min<std::chrono::milliseconds>(left, 100ms));
    }
    return true;
}

void producer::retire(const std::shared_ptr<instance>& broken) {
    {
        const std::lock_guard lock(guard_);
        if (current_ != broken) {
            return;  // somebody saw it before us
        }
        broken->retired_at = steady::now();
        retired_.push_back(std::move(current_));
        current_.reset();
    }
    wake_.notify_all();
}

void producer::replace_broken(std::unique_lock<std::mutex>& lock) {
    lock.unlock();
    std::shared_ptr<instance> made;
    try {
        made = make();
    } catch (const failure&) {
        // Out of threads or the like: unhealthy until the next round.
    }
    lock.lock();
    if (made) {
        current_ = std::move(made);
        ++replacements_;
    }
}

std::vector<std::shared_ptr<producer::instance>> producer::finished() {
    std::vector<std::shared_ptr<instance>> over;
    const auto is_over = [&](std::shared_ptr<instance>& each) {
        const bool late = steady::now() > each->retired_at + last_words;
        if (each->unreported > 0 && late && !each->purged) {
            rd_kafka_purge(each->handle.get(), purge_all | RD_KAFKA_PURGE_F_NON_BLOCKING);
            each->purged = true;
        }
        // Whoever still holds it would have to wait for its end, if they let go last.
        if (each->unreported > 0 || each.use_count() > 1) {
            return false;
        }
        over.push_back(std::move(each));
        return true;
    };
    std::erase_if(retired_, is_over);
    return over;
}

std::string producer::last_error() const {
    const auto code = last_error_.load();
    return code == RD_KAFKA_RESP_ERR_NO_ERROR ? std::string{} : rd_kafka_err2name(code);
}

void producer::note(rd_kafka_resp_err_t code) {
    if (code != RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_error_ = code;
    }
}

void producer::probe(instance& asked) {
    const auto code = ask(asked.handle.get());
    const bool answered = code == RD_KAFKA_RESP_ERR_NO_ERROR;
    // That nobody answers says less than an error that was noted before, which may say why.
    if (answered || last_error_ == RD_KAFKA_RESP_ERR_NO_ERROR) {
        last_error_ = code;
    }
    reachable_ = answered;
}

void producer::maintain() {
    std::unique_lock lock(guard_);
    auto next_probe = steady::now();
    auto next_replacement = steady::now();
    while (!ending_) {
        if (!current_ && steady::now() >= next_replacement) {
            replace_broken(lock);
            next_replacement = steady::now() + replace_at_most_every;
        }
        auto over = finished();
        const auto asked = current_;
        lock.unlock();
        over.clear();  // blocks
        if (asked && steady::now() >= next_probe) {
            probe(*asked);
            next_probe = steady::now() + probe_every;
        }
        lock.lock();
        if (!ending_) {
            wake_.wait_for(lock, current_ && retired_.empty() ? probe_every : busy_pause);
        }
    }
}

}  // namespace billhook::kafka
