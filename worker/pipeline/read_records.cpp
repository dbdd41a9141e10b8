#include "worker/pipeline/read_records.hpp"

#include "schemas/messages/mapping.hpp"
#include "schemas/stripe/event.hpp"

#include <utility>

namespace billhook {

namespace {

record_position position_of(const partition& of, std::int64_t offset) {
    return {.topic = of.topic, .partition = of.number, .offset = offset};
}

template <class What>
void put(parsed_records& into, const partition& of, const raw_record& from, What parsed) {
    if (!parsed) {
        into.dead.push_back(buried(of, from, std::string{to_word(parsed.error())}));
        return;
    }
    into.events.push_back(
        {.at = position_of(of, from.offset),
         .received_at = from.what.received_at,
         .mode = from.what.mode,
         .what = std::move(*parsed)}
    );
}

}  // namespace

parsed_records read_records(const partition& of, std::span<const raw_record> records) {
    parsed_records parsed;
    parsed.events.reserve(records.size());
    for (const raw_record& each : records) {
        if (each.what.source == record_source_kind::mapping) {
            put(parsed, of, each, parse_mapping(each.what.body));
        } else {
            put(parsed, of, each, stripe::parse_event(each.what.body));
        }
    }
    return parsed;
}

dead_record buried(const partition& of, const raw_record& which, const std::string& reason) {
    return {
        .at = position_of(of, which.offset),
        .received_at = which.what.received_at,
        .event_id = which.what.event_id,
        .reason = reason,
        .body = which.what.body};
}

}  // namespace billhook
