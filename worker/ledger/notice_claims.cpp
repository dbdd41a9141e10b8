#include "worker/ledger/notice_claims.hpp"

#include "schemas/io/postgres/failure.hpp"
#include "worker/ledger/projections.hpp"
#include "worker/ledger/row_codec.hpp"
#include "worker/ledger/run_statement.hpp"

#include <pqxx/transaction>

#include <fmt/format.h>
#include <utility>

namespace billhook {
namespace {

// A notice has a row for each member of its case; all of them are claimed and finished together, in
// the order of their key, so that two claimants meet at the first. A holder's own claim without a
// cause is one whose COMMIT it never heard of: nothing was sent under it.
constexpr statement<2> claim_notice{
    "notice claim",
    "UPDATE billhook.notices n SET claimed_by = $2::text, claimed_at = clock_timestamp() FROM "
    "(SELECT subscription, member, step FROM billhook.notices WHERE notice = $1::text AND "
    "state = 'sent' AND outcome IS NULL AND (claimed_at IS NULL OR (claimed_by = $2::text AND "
    "cause IS NULL)) ORDER BY subscription, member, step FOR UPDATE) free WHERE "
    "(n.subscription, n.member, n.step) = (free.subscription, "
    "free.member, free.step)"};
constexpr statement<2> release_notice{
    "notice release",
    "UPDATE billhook.notices SET claimed_by = NULL, claimed_at = NULL WHERE notice = $1::text "
    "AND state = 'sent' AND claimed_by = $2::text AND outcome IS NULL"};
constexpr statement<4> finish_rows{
    "notice finish",
    "UPDATE billhook.notices SET claimed_by = $2::text, claimed_at = coalesce(claimed_at, "
    "clock_timestamp()), outcome = $3::text, cause = nullif($4::text, ''), finished_at = "
    "clock_timestamp() WHERE notice = $1::text AND state = 'sent' AND outcome IS NULL AND "
    "coalesce(claimed_by, $2::text) = $2::text"};
constexpr statement<3> doubt_rows{
    "notice doubt",
    "UPDATE billhook.notices SET cause = $3::text WHERE notice = $1::text AND state = 'sent' "
    "AND claimed_by = $2::text AND outcome IS NULL"};
constexpr statement<3> recorded_rows{
    "notice recorded",
    "SELECT count(*) > 0, coalesce(bool_or(outcome IS NOT NULL OR (claimed_at IS NOT "
    "NULL AND (claimed_by <> $3::text OR cause IS NOT NULL))), false), coalesce(extract(epoch "
    "FROM clock_timestamp() - min(recorded_at)), 0)::bigint, "
    "(extract(epoch FROM clock_timestamp()) * 1000000)::bigint, EXISTS (SELECT FROM "
    "billhook.notices later WHERE later.subscription = $2::text AND later.state = 'sent' AND "
    "later.kind NOT IN ('trial_ending', 'grant_ending') AND later.notice <> $1::text AND "
    "later.recorded_at > "
    "min(n.recorded_at)), EXISTS (SELECT FROM billhook.leases WHERE name = 'recovery' AND until > "
    "clock_timestamp()) FROM billhook.notices n WHERE notice = $1::text AND state = 'sent'"};

std::string subscription_state_in(pqxx::transaction_base& in, const std::string& schema) {
    const std::string quoted = in.quote_name(schema);
    return fmt::format(
        "SELECT EXISTS (SELECT FROM {0}.dunning_cases c WHERE c.subscription = w.id AND c.ended_at "
        "IS NULL), CASE WHEN s.deleted OR (s.ended_at IS NOT NULL AND s.status <> "
        "'incomplete_expired') THEN "
        "'canceled' ELSE coalesce(s.status, '') END, (extract(epoch FROM s.trial_end) * "
        "1000000)::bigint, EXISTS (SELECT FROM {0}.standings t WHERE t.organization = $2::text AND "
        "t.subscription = w.id AND t.reason NOT IN ('granted', 'exempt')), EXISTS (SELECT FROM "
        "{0}.subscriptions o WHERE o.organization = "
        "$2::text AND o.id <> w.id AND o.ended_at IS NULL AND o.status <> 'incomplete') FROM "
        "(SELECT $1::text AS id) w LEFT JOIN {0}.subscriptions s ON s.id = w.id",
        quoted
    );
}

std::string grant_in_force(pqxx::transaction_base& in, const std::string& schema) {
    return fmt::format(
        "SELECT FROM {0}.grants g WHERE g.organization = $1::text AND g.event = $2::text AND "
        "g.until > clock_timestamp() AND NOT EXISTS (SELECT FROM {0}.grants r WHERE r.organization "
        "= g.organization AND r.revokes = g.event)",
        in.quote_name(schema)
    );
}

}  // namespace

std::string_view to_word(notice_outcome how) {
    switch (how) {
        case notice_outcome::delivered:
            return "delivered";
        case notice_outcome::overtaken:
            return "overtaken";
        case notice_outcome::failed:
            return "failed";
    }
    return "";
}

postgres_notice_claims::postgres_notice_claims(postgres::connection& over, std::string holder)
    : connection_(over.raw()), holder_(std::move(holder)) {}

notice_state_now postgres_notice_claims::look(const notice& at) {
    pqxx::work in(connection_);
    const auto live = live_projection(in);
    if (!live) {
        throw postgres::failure(
            "there is no live projection: run `billhook migrate`", {postgres::remedy::alarm, {}}
        );
    }
    notice_state_now found;
    std::int64_t age = 0;
    const auto recorded = run(in, recorded_rows, at.id, at.subscription.text(), holder_);
    row_reader(recorded[0]) >> found.recorded >> found.taken >> age >> found.around.now >>
        found.around.told_since >> found.recovering;
    found.age = std::chrono::seconds{age};
    const auto state = in.exec_params(
        subscription_state_in(in, live->schema), at.subscription.text(), at.organization.text()
    );
    row_reader(state[0]) >> found.around.open_case >> found.around.status >>
        found.around.trial_end >> found.around.counts >> found.around.another_alive;
    if (at.kind == notice_kind::grant_ending) {
        const auto grant = at.step.substr(at.step.find('@') + 1);
        found.around.granted =
            !in.exec_params(grant_in_force(in, live->schema), at.organization.text(), grant)
                 .empty();
    }
    in.commit();
    return found;
}

bool postgres_notice_claims::claim(const std::string& notice) {
    pqxx::work in(connection_);
    const auto rows = run(in, claim_notice, notice, holder_).affected_rows();
    in.commit();
    return rows > 0;
}

void postgres_notice_claims::release(const std::string& notice) {
    pqxx::work in(connection_);
    run(in, release_notice, notice, holder_);
    in.commit();
}

void postgres_notice_claims::finish(
    const std::string& notice,
    notice_outcome how,
    std::string_view cause
) {
    pqxx::work in(connection_);
    run(in, finish_rows, notice, holder_, to_word(how), cause);
    in.commit();
}

void postgres_notice_claims::leave_in_doubt(const std::string& notice, std::string_view cause) {
    pqxx::work in(connection_);
    run(in, doubt_rows, notice, holder_, cause);
    in.commit();
}

}  // namespace billhook
