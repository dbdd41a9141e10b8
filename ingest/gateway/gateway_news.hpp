#pragma once

#include "ingest/webhook/signature.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/messages/publisher.hpp"
#include "schemas/types/instant.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

namespace billhook {

// The lines that a thread's gateway writes about deliveries: few, whatever is sent to it. Names of
// endpoints and words of ours, nothing of a request. One thread.
class gateway_news {
public:
    explicit gateway_news(log& to) : lines_(to) {}

    // A line for each endpoint and reason, the first at once, then at most one a minute with how
    // many there were since the last. `endpoint` is its name.
    void refused(std::string_view endpoint, signature_refusal why, instant now);
    // One line when appends begin to fail and one when they work again: the first that is
    // acknowledged after ten seconds in which none failed. `cause` is Kafka's name of what last
    // went wrong; empty if it said nothing.
    void appended(delivery what, std::string_view cause, instant now);

private:
    struct refusals {
        std::optional<instant> told_at;
        std::size_t since = 0;
    };
    struct outage {
        std::size_t not_acknowledged = 0;
        instant last_failure;
    };

    log& lines_;
    std::map<std::pair<std::string_view, signature_refusal>, refusals> refused_;
    std::optional<outage> outage_;
};

}  // namespace billhook
