#include "ingest/api/service/standing_desk.hpp"

#include <algorithm>
#include <exception>
#include <iterator>
#include <utility>

namespace billhook::api {

namespace {

// While one waits for Postgres the other makes answers of what it got.
constexpr std::size_t most_readers = 2;
constexpr std::size_t most_at_once = 64;

}  // namespace

boost::asio::awaitable<std::optional<http::response>> standing_desk::ask(reading_call what) {
    const auto here = co_await boost::asio::this_coro::executor;
    const auto mine = std::make_shared<pending_answer<http::response>>(here);
    const auto until = what.until;
    asked question{std::move(what), mine};
    if (!take_in(std::move(question))) {
        co_return std::nullopt;
    }
    const bool given = co_await mine->wait(until);
    if (!given) {
        throw store_overdue("no answer in time");
    }
    co_return mine->take();
}

bool standing_desk::take_in(asked what) {
    const std::lock_guard lock(guard_);
    if (line_.size() >= waiting_) {
        return false;
    }
    if (readers_ < most_readers) {
        const bool taken = pool_.submit([this](backends& with) { read(with); });
        if (!taken && readers_ == 0) {
            return false;
        }
        readers_ += taken ? 1U : 0U;
    }
    line_.push_back(std::move(what));
    return true;
}

std::vector<standing_desk::asked> standing_desk::next() {
    const std::lock_guard lock(guard_);
    const auto count = std::min(line_.size(), most_at_once);
    const auto end = line_.begin() + static_cast<std::ptrdiff_t>(count);
    std::vector<asked> taken(std::make_move_iterator(line_.begin()), std::make_move_iterator(end));
    line_.erase(line_.begin(), end);
    readers_ -= taken.empty() ? 1U : 0U;
    return taken;
}

void standing_desk::read(backends& with) noexcept {
    for (auto taken = next(); !taken.empty(); taken = next()) {
        std::vector<organization_id> whose;
        for (const auto& each : taken) {
            whose.push_back(*each.what.what.organization);
        }
        std::size_t answered = 0;
        try {
            auto found = with.state.standings(whose);
            for (; answered < taken.size(); ++answered) {
                const auto& [what, answer] = taken[answered];
                answer->give(standing_of(what, std::move(found[answered]), with.state));
            }
        } catch (...) {
            for (; answered < taken.size(); ++answered) {
                taken[answered].answer->fail(std::current_exception());
            }
        }
        // Whatever else waits for a thread is not kept from it by those who go on asking.
        if (pool_.is_awaited() && pool_.submit([this](backends& other) { read(other); })) {
            return;
        }
    }
}

}  // namespace billhook::api
