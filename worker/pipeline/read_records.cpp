#include "worker/pipeline/read_records.hpp"

#include "schemas/clerk/organization_event.hpp"
#include "schemas/messages/grant.hpp"
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

void put_clerks(parsed_records& into, const partition& of, const raw_record& from) {
    auto parsed = clerk::parse_event(from.what.body, from.what.event_id);
    if (!parsed) {
        into.dead.push_back(buried(of, from, std::string{to_word(parsed.error())}));
        return;
    }
    std::visit(
        [&](auto& said) {
            put(into,
                of,
                from,
                result<std::decay_t<decltype(said)>, stripe::parse_error>(std::move(said)));
        },
        *parsed
    );
}

}  // namespace

parsed_records read_records(const partition& of, std::span<const raw_record> records) {
    parsed_records parsed;
    parsed.events.reserve(records.size());
    for (const raw_record& each : records) {
        const std::string& body = each.what.body;
        switch (each.what.source) {
            case record_source_kind::mapping:
                put(parsed, of, each, parse_mapping(body));
                break;
            case record_source_kind::by_operator:
                if (auto override_of_one = parse_mapping(body)) {
                    put(parsed, of, each, std::move(override_of_one));
                } else {
                    put(parsed, of, each, parse_grant(body));
                }
                break;
            case record_source_kind::webhook:
            case record_source_kind::backfill:
            case record_source_kind::reconcile:
            case record_source_kind::api:
                put(parsed, of, each, stripe::parse_event(body));
                break;
            case record_source_kind::clerk:
                put_clerks(parsed, of, each);
                break;
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
