#include "ingest/gateway/gateway_news.hpp"

#include <chrono>

namespace billhook {

namespace {

constexpr std::chrono::minutes between_refusals{1};
constexpr std::chrono::seconds calm{10};

}  // namespace

void gateway_news::refused(std::string_view endpoint, signature_refusal why, instant now) {
    auto& of = refused_[{endpoint, why}];
    ++of.since;
    if (of.told_at && now - *of.told_at < between_refusals) {
        return;
    }
    lines_.warning(
        "signatures refused", "endpoint"_is(endpoint), "reason"_is(why), "deliveries"_is(of.since)
    );
    of = {.told_at = now, .since = 0};
}

void gateway_news::appended(delivery what, std::string_view cause, instant now) {
    if (what != delivery::persisted) {
        if (!outage_) {
            outage_ = outage{.not_acknowledged = 0, .last_failure = now};
            const auto named = cause.empty() ? std::string_view{"no answer in time"} : cause;
            lines_.error("Kafka does not acknowledge: deliveries are told 503", "cause"_is(named));
        }
        ++outage_->not_acknowledged;
        outage_->last_failure = now;
    } else if (outage_ && now - outage_->last_failure >= calm) {
        lines_.info("Kafka acknowledges again", "not_acknowledged"_is(outage_->not_acknowledged));
        outage_.reset();
    }
}

}  // namespace billhook
