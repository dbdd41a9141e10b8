#include "worker/ledger/dead_letters.hpp"

#include "worker/ledger/ledger.hpp"
#include "worker/ledger/run_statement.hpp"

#include <string_view>

namespace billhook {

namespace {

constexpr statement<8> bury_rows{
    "bury",
    "INSERT INTO billhook.dead_letters (projection, topic, partition, record_offset, event_id, "
    "reason, body, received_at) SELECT $1::text, u.* FROM unnest($2::text[], $3::integer[], "
    "$4::bigint[], $5::text[], $6::text[], $7::bytea[], $8::timestamptz[]) u ON CONFLICT DO "
    "NOTHING"};
constexpr statement<3> halt{
    "halt",
    "UPDATE billhook.offsets o SET halted = now() FROM (SELECT count(*) AS dead FROM "
    "billhook.dead_letters d WHERE d.projection = $1::text AND d.died_at >= "
    "date_trunc('minute', now())) AS buried, (SELECT sum(m.minute_records) AS passed FROM "
    "billhook.offsets m WHERE m.projection = $1::text AND m.minute = date_trunc('minute', "
    "now())) AS records WHERE o.projection = $1::text AND o.topic = $2::text AND o.partition = "
    "$3::integer AND buried.dead > 1000 AND 2 * buried.dead > records.passed"};

// What a record's header says is anybody's text.
std::string printable(std::string_view text) {
    std::string clean;
    for (const char c : text.substr(0, 255)) {
        clean += c >= 0x20 && c < 0x7f ? c : '?';
    }
    return clean;
}

}  // namespace

void bury(
    pqxx::transaction_base& in,
    const std::string& projection,
    const partition& passed_in,
    std::span<const dead_record> dead
) {
    if (dead.empty()) {
        return;
    }
    row_arrays arrays(
        {element::text,
         element::integer,
         element::bigint,
         element::text,
         element::text,
         element::bytea,
         element::timestamptz}
    );
    for (const dead_record& each : dead) {
        arrays.add(each.at.topic).add(each.at.partition).add(each.at.offset);
        if (each.event_id) {
            arrays.add(printable(*each.event_id));
        } else {
            arrays.add_null();
        }
        arrays.add(printable(each.reason)).add(each.body).add(each.received_at);
    }
    run_arrays(in, bury_rows, arrays, {projection});
    run(in, halt, projection, passed_in.topic, passed_in.number);
}

}  // namespace billhook
