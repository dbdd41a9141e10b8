#include "ingest/server/server_metrics.hpp"

namespace billhook {

server_metrics::server_metrics(metrics& in, const std::string& listener)
    : accepted(in.add_counter(
          "billhook_ingest_connections_accepted_total",
          "connections accepted",
          {
              {"listener", listener}
}
      )),
      refused(in.add_counter(
          "billhook_ingest_connections_refused_total",
          "connections beyond the bound in all or of an address",
          {{"listener", listener}}
      )),
      failed(in.add_counter(
          "billhook_ingest_failures_total",
          "connections ended by an internal failure",
          {{"listener", listener}}
      )) {
    const auto add = [&](std::string_view outcome) {
        by_outcome_.push_back(in.add_counter(
            "billhook_ingest_requests_total",
            "requests answered, by outcome",
            {
                {"listener", listener            },
                {"outcome",  std::string{outcome}}
        }
        ));
    };
    add("ok");
    for (int code = 0; code <= static_cast<int>(http::last_problem_code); ++code) {
        add(http::to_word(static_cast<http::problem_code>(code)));
    }
}

void server_metrics::answered(const http::response& with) const {
    const auto row = with.problem ? static_cast<std::size_t>(*with.problem) + 1 : 0;
    by_outcome_[row].add();
}

}  // namespace billhook
