#include "worker/pipeline/sweep.hpp"

#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"

#include <vector>

namespace billhook {

message message_of(const mapping& what) {
    record said;
    said.key = what.customer ? own_part(*what.customer) : what.organization.text();
    said.body = to_json(what);
    said.event_id = what.id.text();
    said.event_type = "billhook.mapping";
    said.endpoint = "sweep";
    said.received_at = what.created;
    said.source = record_source_kind::mapping;
    return {
        .topic = topics::stripe_events,
        .key = said.key,
        .value = said.body,
        .headers = headers_of(said)};
}

swept sweeper::pass(organizations& table, publisher& to, std::size_t limit, steady_time now) {
    std::erase_if(said_, [&](const auto& each) { return now - each.second > say_again_; });
    swept result;
    std::vector<event_id> ids;
    std::vector<message> messages;
    for (mapping& each : table.unmapped(limit)) {
        each.id = mapping_id(each.organization, each.customer);
        if (said_.contains(each.id)) {
            continue;
        }
        message said = message_of(each);
        if (!parse_mapping(said.value)) {
            // Said or not, the fold could never read it: it would be a dead letter in every pass.
            said_.insert_or_assign(each.id, now);
            ++result.unfit;
            continue;
        }
        ids.push_back(each.id);
        messages.push_back(std::move(said));
    }
    if (messages.empty()) {
        return result;
    }
    const std::vector<delivery> reports = to.publish(messages);
    for (std::size_t which = 0; which < reports.size(); ++which) {
        if (reports[which] == delivery::persisted) {
            said_.insert_or_assign(ids[which], now);
            ++result.published;
        } else {
            ++result.failed;
        }
    }
    return result;
}

}  // namespace billhook
