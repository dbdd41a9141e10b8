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
        lines_.warning("Postgres does not answer; calls are told 503", "cause"_is(cause));
    }
}

}  // namespace billhook::api
