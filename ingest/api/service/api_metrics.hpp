#pragma once

#include "ingest/api/calls/target.hpp"
#include "schemas/io/process/metrics.hpp"

#include <vector>

namespace billhook::api {

// What the API counts beside server_metrics, which count answers by their problem.
class api_metrics {
public:
    explicit api_metrics(metrics& in);

    void answered(call_kind what, double seconds) const;

    gauge store_up;  // 1: Postgres answered when it was last asked

private:
    std::vector<histogram> seconds_;  // by call_kind
};

}  // namespace billhook::api
