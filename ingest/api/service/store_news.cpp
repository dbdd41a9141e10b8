#include "ingest/api/service/store_news.hpp"

namespace billhook::api {

void store_news::answers() {
    counted_.store_up.set(1);
    answered_ = true;
    if (away_.exchange(false)) {
        lines_.info("Postgres answers again");
    }
}

void store_news::is_away(std::string_view cause) {
    counted_.store_up.set(0);
    answered_ = false;
    if (!away_.exchange(true)) {
        lines_.warning(
            "Postgres does not answer; calls are told 503, gates what is known", "cause"_is(cause)
        );
    }
}

bool store_news::asks_again(std::chrono::steady_clock::time_point now) {
    auto at = asks_at_.load();
    return now >= at && asks_at_.compare_exchange_strong(at, now + std::chrono::seconds{1});
}

}  // namespace billhook::api
