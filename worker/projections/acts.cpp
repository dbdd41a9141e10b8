#include "worker/projections/acts.hpp"

#include <algorithm>

namespace billhook {

namespace {

constexpr statement<4> insert_act{
    "insert act",
    "INSERT INTO billhook.acts (kind, subject, actor, reason) VALUES ($1::text, $2::text, "
    "$3::text, "
    "$4::text)"};

constexpr projection_statement<2> select_acts{
    "select acts",
    "SELECT (extract(epoch FROM a.at) * 1000000)::bigint, a.kind, a.subject, a.actor, a.reason, "
    "a.id "
    "FROM ("
    "SELECT at, kind, subject, actor, reason, id::text FROM billhook.acts UNION ALL "
    "SELECT created, CASE WHEN revokes IS NULL THEN 'grant' ELSE 'revoke' END, organization || "
    "coalesce(' ' || revokes, ''), actor, reason, event FROM :S.grants UNION ALL "
    "SELECT created, CASE WHEN organization IS NULL THEN 'unlink' WHEN subscription IS NULL THEN "
    "'link' ELSE 'override' END, concat_ws(' ', organization, coalesce(subscription, customer)), "
    "actor, reason, event FROM :S.mappings WHERE actor IS NOT NULL) a "
    "WHERE a.at >= $1::timestamptz ORDER BY a.at DESC, a.id DESC LIMIT $2::bigint"};

}  // namespace

void record_act(
    pqxx::transaction_base& in,
    const std::string& kind,
    const std::string& subject,
    const acting& by
) {
    run(in, insert_act, kind, subject, by.actor, by.reason);
}

std::vector<audited_act> acts_since(const projection_work& in, instant since, std::size_t limit) {
    std::vector<audited_act> all;
    for (const auto& row : run(in, select_acts, since, limit)) {
        audited_act& one = all.emplace_back();
        row_reader(row) >> one.at >> one.kind >> one.subject >> one.actor >> one.reason >> one.id;
    }
    std::ranges::reverse(all);
    return all;
}

}  // namespace billhook
