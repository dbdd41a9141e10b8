#include "ingest/api/service/api_metrics.hpp"

namespace billhook::api {

api_metrics::api_metrics(metrics& in)
    : store_up(
          in.add_gauge("billhook_api_store_up", "1 if Postgres answered when it was last asked")
      ) {
    for (int kind = 0; kind <= static_cast<int>(last_call_kind); ++kind) {
        const std::string word{to_word(static_cast<call_kind>(kind))};
        seconds_.push_back(in.add_histogram(
            "billhook_api_call_seconds",
            "from a whole request to its answer",
            latency_bounds_seconds(),
            {
                {"call", word}
        }
        ));
    }
}

void api_metrics::answered(call_kind what, double seconds) const {
    seconds_[static_cast<std::size_t>(what)].observe(seconds);
}

}  // namespace billhook::api
