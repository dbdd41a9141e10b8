#include "tools/recovery/publication.hpp"

#include "schemas/messages/topics.hpp"
#include "schemas/stripe/routing.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace billhook {

message message_for(std::string body, record_source_kind source, instant at) {
    auto to = stripe::route(body);
    record what;
    what.key = std::move(to.key);
    what.body = std::move(body);
    what.event_id = std::move(to.event_id);
    what.event_type = std::move(to.event_type);
    what.mode = endpoint_mode::both;
    what.received_at = at;
    what.source = source;
    auto headers = headers_of(what);
    return {topics::stripe_events, std::move(what.key), std::move(what.body), std::move(headers)};
}

void publish_all(publisher& into, std::span<const message> messages) {
    const auto told = into.publish(messages);
    const auto missing =
        std::ranges::count_if(told, [](delivery each) { return each != delivery::persisted; });
    if (missing > 0) {
        throw not_published(fmt::format(
            "Kafka acknowledged {} of {} records",
            messages.size() - static_cast<std::size_t>(missing),
            messages.size()
        ));
    }
}

}  // namespace billhook
