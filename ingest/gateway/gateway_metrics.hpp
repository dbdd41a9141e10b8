#pragma once

#include "ingest/webhook/endpoint.hpp"
#include "ingest/webhook/signature.hpp"
#include "schemas/io/process/metrics.hpp"
#include "schemas/messages/publisher.hpp"

#include <array>
#include <span>
#include <vector>

namespace billhook {

// What happens to deliveries. Labels are the names of endpoints and secrets from the settings and
// words of ours; nothing of a request. Any thread.
class gateway_metrics {
public:
    gateway_metrics(metrics& in, std::span<const endpoint> endpoints);

    // By the places of the endpoint and of its secret in the settings.
    void accepted(std::size_t endpoint, std::size_t secret) const;
    void refused(std::size_t endpoint, signature_refusal why) const;
    // What an append came to, and how long its request waited for that.
    void appended(delivery what, double seconds) const;

private:
    struct of_endpoint {
        std::vector<counter> by_secret;
        std::vector<counter> by_refusal;
    };
    std::vector<of_endpoint> endpoints_;
    std::vector<counter> appends_;
    histogram latency_;
};

}  // namespace billhook
