#include "worker/pipeline/sweep.hpp"

#include "schemas/messages/record.hpp"
#include "schemas/messages/topics.hpp"

#include <optional>
#include <utility>
#include <vector>

namespace billhook {

message message_of(const mapping& what) {
    record said;
    said.key = what.customer ? own_part(*what.customer) : what.organization->text();
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

void sweeper::add(mapping what, steady_time now, saying& to, swept& counts) {
    what.id = mapping_id(what.organization, what.customer);
    if (said_.contains(what.id)) {
        return;
    }
    message said = message_of(what);
    if (!parse_mapping(said.value)) {
        // Said or not, the fold could never read it: it would be a dead letter in every pass.
        said_.insert_or_assign(what.id, now);
        ++counts.unfit;
        return;
    }
    to.ids.push_back(what.id);
    to.messages.push_back(std::move(said));
}

swept sweeper::pass(organizations& table, publisher& to, std::size_t page, steady_time now) {
    std::erase_if(said_, [&](const auto& each) { return now - each.second > say_again_; });
    swept result;
    saying fresh;
    std::optional<organization_id> after;
    while (fresh.messages.size() < page) {
        std::vector<mapping> rows = table.unmapped(page, after);
        const bool last = rows.size() < page;
        if (!last) {
            after = *rows.back().organization;
        }
        for (mapping& each : rows) {
            add(std::move(each), now, fresh, result);
        }
        if (last) {
            break;
        }
    }
    if (fresh.messages.empty()) {
        return result;
    }
    const std::vector<delivery> reports = to.publish(fresh.messages);
    for (std::size_t which = 0; which < reports.size(); ++which) {
        if (reports[which] == delivery::persisted) {
            said_.insert_or_assign(fresh.ids[which], now);
            ++result.published;
        } else {
            ++result.failed;
        }
    }
    return result;
}

}  // namespace billhook
