#pragma once

#include "ingest/api/service/blocking_pool.hpp"
#include "ingest/api/service/reading_calls.hpp"

#include <boost/asio/awaitable.hpp>

#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

namespace billhook::api {

// Standings are asked of Postgres together: what came while it answered is its next question. Who
// comes alone waits for nobody. Any thread; outlives the pool's threads, which read for it.
class standing_desk {
public:
    // As many wait at most.
    standing_desk(blocking_pool& pool, std::size_t waiting) : pool_(pool), waiting_(waiting) {}

    // The answer to a call for a standing, on the io_context of one thread of whoever asks. Nothing
    // if too many wait already; throws store_unavailable, and store_overdue once its `until` is
    // over.
    boost::asio::awaitable<std::optional<http::response>> ask(reading_call what);

private:
    struct asked {
        reading_call what;
        std::shared_ptr<pending_answer<http::response>> answer;
    };
    [[nodiscard]] bool take_in(asked what);
    void read(backends& with) noexcept;
    // Empty: nobody waits, and the reader has ended.
    [[nodiscard]] std::vector<asked> next();

    blocking_pool& pool_;
    std::size_t waiting_;
    std::mutex guard_;  // of the two below; the pool's own may be taken under it
    std::vector<asked> line_;
    std::size_t readers_ = 0;  // on the pool, or in its queue
};

}  // namespace billhook::api
