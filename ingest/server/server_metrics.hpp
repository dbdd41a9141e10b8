#pragma once

#include "ingest/http/message.hpp"
#include "ingest/http/problem.hpp"
#include "schemas/io/process/metrics.hpp"

#include <vector>

namespace billhook {

// What a listener counts; the label `listener` is `webhook` or `admin`.
class server_metrics {
public:
    server_metrics(metrics& in, const std::string& listener);

    // A request was answered, by what: `ok` or the word of a problem.
    void answered(const http::response& with) const;

    counter accepted;  // connections
    counter refused;   // connections beyond a bound
    counter failed;    // by an exception of ours

private:
    std::vector<counter> by_outcome_;  // ok, then by problem_code
};

}  // namespace billhook
