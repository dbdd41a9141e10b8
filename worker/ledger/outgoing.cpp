#include "worker/ledger/outgoing.hpp"

#include "schemas/json/writer.hpp"
#include "schemas/messages/topics.hpp"
#include "schemas/types/assert.hpp"
#include "worker/domain/standing_json.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/result>

#include <algorithm>
#include <string>
#include <utility>

namespace billhook {

namespace {

// The organization's lock and what was loaded under it already keep a step from being recorded
// twice.
constexpr statement<7> record_rows{
    "record notices",
    "INSERT INTO billhook.notices (subscription, member, step, notice, organization, kind, state) "
    "SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], "
    "$7::text[]) u (subscription, member, step, notice, organization, kind, state) ORDER BY "
    "u.subscription COLLATE \"C\", u.member COLLATE \"C\", u.step COLLATE \"C\" ON CONFLICT DO "
    "NOTHING"};
// The value of a change holds its row's id, so that is drawn first.
constexpr statement<1> draw_ids{
    "draw outbox ids",
    "SELECT nextval('billhook.outbox_id_seq') FROM generate_series(1, $1::bigint)"};
constexpr statement<5> fill_rows{
    "fill outbox",
    "INSERT INTO billhook.outbox (id, topic, key, value, headers) OVERRIDING SYSTEM VALUE SELECT "
    "u.id, u.topic, u.key, u.value, u.headers::jsonb FROM unnest($1::bigint[], $2::text[], "
    "$3::text[], $4::text[], $5::text[]) u (id, topic, key, value, headers)"};

// One of the two, in the order in which they go out.
struct telling {
    const organization_id* about;
    const standing* changed;
    const notice* sent;
};

std::vector<telling> tellings_of(const restated& what) {
    std::map<organization_id, const standing*> standings;
    for (const standing& each : what.standings) {
        standings.emplace(each.organization, &each);
    }
    std::vector<telling> all;
    for (const organization_id& each : what.changed) {
        const auto found = standings.find(each);
        BILLHOOK_ASSERT(found != standings.end());
        const standing* const changed = found->second;
        all.push_back({.about = &changed->organization, .changed = changed, .sent = nullptr});
    }
    for (const due_notice& each : what.notices) {
        if (each.sent) {
            all.push_back(
                {.about = &each.sent->organization, .changed = nullptr, .sent = &*each.sent}
            );
        }
    }
    std::ranges::stable_sort(all, {}, [](const telling& one) -> const organization_id& {
        return *one.about;
    });
    return all;
}

message message_of(const telling& what, std::int64_t id) {
    if (what.changed != nullptr) {
        return {
            .topic = topics::billing_changes,
            .key = what.about->text(),
            .value = change_json(*what.changed, id),
            .headers = {}};
    }
    return {
        .topic = topics::billing_notices,
        .key = what.about->text(),
        .value = to_json(*what.sent),
        .headers = {{"notice-id", what.sent->id}}};
}

std::string headers_json(const message& of) {
    json::writer out;
    out.begin_object();
    for (const auto& [name, value] : of.headers) {
        out.member(name, value);
    }
    return out.end_object().take();
}

}  // namespace

std::size_t messages_in(const restated& what) {
    const auto sent = std::ranges::count_if(what.notices, [](const due_notice& each) {
        return each.sent.has_value();
    });
    return what.changed.size() + static_cast<std::size_t>(sent);
}

std::vector<outbox_row> outbox_rows(const restated& what, std::span<const std::int64_t> ids) {
    const auto tellings = tellings_of(what);
    BILLHOOK_ASSERT(tellings.size() == ids.size());
    std::vector<outbox_row> rows;
    rows.reserve(ids.size());
    for (std::size_t at = 0; at < ids.size(); ++at) {
        rows.push_back({.id = ids[at], .what = message_of(tellings[at], ids[at])});
    }
    return rows;
}

void record_notices(
    pqxx::transaction_base& in,
    std::span<const due_notice> notices,
    const subscription_owners& owners
) {
    row_arrays arrays(std::vector(7, element::text));
    for (const due_notice& due : notices) {
        for (const recorded_notice& row : due.rows) {
            const auto owner = owners.find(row.subscription);
            BILLHOOK_ASSERT(owner != owners.end());
            arrays.add(row.subscription).add(row.member).add(row.step).add(due.id);
            arrays.add(owner->second).add(to_word(due.kind)).add(to_word(row.state));
        }
    }
    if (!arrays.empty()) {
        run_arrays(in, record_rows, arrays);
    }
}

void fill_outbox(pqxx::transaction_base& in, const restated& what) {
    const std::size_t count = messages_in(what);
    if (count == 0) {
        return;
    }
    std::vector<std::int64_t> ids;
    for (const auto& row : run(in, draw_ids, count)) {
        ids.push_back(row[0].as<std::int64_t>());
    }
    row_arrays arrays({element::bigint, element::text, element::text, element::text, element::text}
    );
    for (const outbox_row& row : outbox_rows(what, ids)) {
        arrays.add(row.id).add(row.what.topic).add(row.what.key).add(row.what.value);
        arrays.add(headers_json(row.what));
    }
    run_arrays(in, fill_rows, arrays);
}

}  // namespace billhook
