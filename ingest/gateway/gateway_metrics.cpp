#include "ingest/gateway/gateway_metrics.hpp"

namespace billhook {

namespace {

constexpr std::array refusals{
    signature_refusal::missing,
    signature_refusal::malformed,
    signature_refusal::outside_tolerance,
    signature_refusal::no_match};

constexpr std::array<const char*, 3> delivery_words{"persisted", "refused", "unknown"};

}  // namespace

gateway_metrics::gateway_metrics(metrics& in, std::span<const endpoint> endpoints)
    : latency_(in.add_histogram(
          "billhook_ingest_append_seconds",
          "from the signature's check to the broker's acknowledgement, or to giving up",
          latency_bounds_seconds()
      )) {
    for (const auto& at : endpoints) {
        auto& counters = endpoints_.emplace_back();
        for (const auto& one : at.secrets) {
            counters.by_secret.push_back(in.add_counter(
                "billhook_ingest_signatures_accepted_total",
                "deliveries by the secret that matched",
                {
                    {"endpoint", at.name },
                    {"secret",   one.name}
            }
            ));
        }
        for (const auto why : refusals) {
            counters.by_refusal.push_back(in.add_counter(
                "billhook_ingest_signatures_refused_total",
                "deliveries whose signature was refused",
                {
                    {"endpoint", at.name                  },
                    {"reason",   std::string{to_word(why)}}
            }
            ));
        }
    }
    for (const auto* const word : delivery_words) {
        appends_.push_back(in.add_counter(
            "billhook_ingest_appends_total",
            "records handed to Kafka, by what was known when the request was answered",
            {
                {"delivery", word}
        }
        ));
    }
}

void gateway_metrics::accepted(std::size_t endpoint, std::size_t secret) const {
    endpoints_[endpoint].by_secret[secret].add();
}

void gateway_metrics::refused(std::size_t endpoint, signature_refusal why) const {
    endpoints_[endpoint].by_refusal[static_cast<std::size_t>(why)].add();
}

void gateway_metrics::appended(delivery what, double seconds) const {
    appends_[static_cast<std::size_t>(what)].add();
    latency_.observe(seconds);
}

}  // namespace billhook
