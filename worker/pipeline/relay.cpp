#include "worker/pipeline/relay.hpp"

#include "schemas/types/assert.hpp"

#include <set>
#include <string_view>
#include <utility>
#include <vector>

namespace billhook {

namespace {

// The first of each topic and key. What comes after it waits for its acknowledgement: of two that
// are under way together the second could arrive without the first.
std::vector<outbox_row> first_of_each(std::vector<outbox_row> rows) {
    std::set<std::pair<std::string_view, std::string_view>> seen;
    std::vector<outbox_row> first;
    first.reserve(rows.size());  // what `seen` looks at stays where it is
    for (outbox_row& each : rows) {
        if (seen.contains({each.what.topic, each.what.key})) {
            continue;
        }
        first.push_back(std::move(each));
        seen.insert({first.back().what.topic, first.back().what.key});
    }
    return first;
}

}  // namespace

relayed relay::round(outbox& from, publisher& to, pacing& pace) {
    const auto asked = pace.now();
    // An answer that is lost may have been `taken_over`.
    const bool was_ours = std::exchange(ours_, false);
    const lease now = from.hold(limits_.lease);
    if (now == lease::elsewhere) {
        return {.how = relayed::ending::elsewhere};
    }
    if (now == lease::taken_over || !was_ours) {
        may_send_at_ = pace.now() + relay_message_timeout(limits_.lease);
    }
    ours_ = true;
    if (may_send_at_ && pace.now() < *may_send_at_) {
        return {.how = relayed::ending::waiting};
    }
    may_send_at_.reset();

    std::vector<outbox_row> read = from.lowest(limits_.messages);
    const std::size_t found = read.size();
    if (found == 0) {
        return {.how = relayed::ending::idle};
    }
    const std::vector<outbox_row> rows = first_of_each(std::move(read));
    std::vector<message> messages;
    messages.reserve(rows.size());
    for (const outbox_row& each : rows) {
        messages.push_back(each.what);
    }
    // Who was stopped on the way here for long may have lost the lease.
    if (pace.now() - asked > limits_.lease / 2) {
        return {.how = relayed::ending::waiting};
    }
    const std::vector<delivery> reports = to.publish(messages);
    BILLHOOK_ASSERT(reports.size() == rows.size());
    std::vector<std::int64_t> acknowledged;
    for (std::size_t at = 0; at < rows.size(); ++at) {
        if (reports[at] == delivery::persisted) {
            acknowledged.push_back(rows[at].id);
        }
    }
    if (!acknowledged.empty()) {
        from.remove(acknowledged);
    }
    const bool all = acknowledged.size() == rows.size();
    return {
        .how = all ? relayed::ending::sent : relayed::ending::failed,
        .acknowledged = acknowledged.size(),
        .more = found == limits_.messages || found > rows.size()};
}

}  // namespace billhook
