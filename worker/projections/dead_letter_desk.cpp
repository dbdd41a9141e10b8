#include "worker/projections/dead_letter_desk.hpp"

#include "worker/ledger/row_codec.hpp"

#include <pqxx/binarystring>
#include <pqxx/result>

#include <fmt/format.h>

namespace billhook {

namespace {

// One row for all with the same bytes and reason: the first that is still open, else the first.
constexpr const char* letters = R"(
    SELECT * FROM (
        SELECT DISTINCT ON (d.reason, md5(d.body))
               d.topic, d.partition, d.record_offset, d.event_id, d.reason,
               (extract(epoch FROM min(d.received_at) OVER same) * 1000000)::bigint AS first_seen,
               (extract(epoch FROM max(d.died_at) OVER same) * 1000000)::bigint,
               count(*) OVER same,
               CASE WHEN bool_and(d.resolved_at IS NOT NULL) OVER same
                    THEN (extract(epoch FROM d.resolved_at) * 1000000)::bigint END AS resolved,
               coalesce(d.resolution, ''), coalesce(d.note, ''), d.body
        FROM billhook.dead_letters d
        WHERE d.projection = $1 {}
        WINDOW same AS (PARTITION BY d.reason, md5(d.body))
        ORDER BY d.reason, md5(d.body), d.resolved_at IS NOT NULL, d.received_at, d.partition,
                 d.record_offset
    ) one
    WHERE {}
    ORDER BY first_seen, partition, record_offset
    LIMIT {}
)";

std::vector<dead_letter> letters_in(const pqxx::result& rows) {
    std::vector<dead_letter> all;
    for (const auto& row : rows) {
        dead_letter& one = all.emplace_back();
        row_reader(row) >> one.at.topic >> one.at.partition >> one.at.offset >> one.event_id >>
            one.reason >> one.first_seen >> one.last_died >> one.copies >> one.resolved_at >>
            one.resolution >> one.note;
        one.body = pqxx::binarystring(row[row.size() - 1]).str();
    }
    return all;
}

}  // namespace

std::vector<dead_letter> dead_letters(
    pqxx::transaction_base& in,
    const std::string& projection,
    const letter_choice& which
) {
    return letters_in(in.exec_params(
        fmt::format(
            fmt::runtime(letters),
            "AND ($2 = '' OR d.reason = $2)",
            which.with_settled ? "true" : "resolved IS NULL",
            which.limit
        ),
        projection,
        which.reason
    ));
}

std::map<std::string, std::int64_t> open_by_reason(
    pqxx::transaction_base& in,
    const std::string& projection
) {
    std::map<std::string, std::int64_t> counts;
    for (const auto& row : in.exec_params(
             "SELECT reason, count(*) FROM billhook.dead_letters WHERE projection = $1 AND "
             "resolved_at IS NULL GROUP BY reason",
             projection
         )) {
        counts[row[0].as<std::string>()] = row[1].as<std::int64_t>();
    }
    return counts;
}

std::optional<dead_letter> find_dead_letter(
    pqxx::transaction_base& in,
    const std::string& projection,
    const record_position& at
) {
    const char* const same_bytes =
        "AND (d.reason, md5(d.body)) = (SELECT x.reason, md5(x.body) FROM billhook.dead_letters x "
        "WHERE x.projection = $1 AND x.topic = $2 AND x.partition = $3 AND x.record_offset = $4)";
    auto found = letters_in(in.exec_params(
        fmt::format(fmt::runtime(letters), same_bytes, "true", 1),
        projection,
        at.topic,
        at.partition,
        at.offset
    ));
    return found.empty() ? std::nullopt : std::optional{std::move(found.front())};
}

std::int64_t settle_dead_letter(
    pqxx::transaction_base& in,
    const std::string& projection,
    const dead_letter& what,
    const std::string& resolution,
    const std::string& note
) {
    const auto settled = in.exec_params(
        "UPDATE billhook.dead_letters SET resolved_at = now(), resolution = $3, note = nullif($4, "
        "'') WHERE projection = $1 AND md5(body) = md5($2::bytea) AND body = $2::bytea AND "
        "resolved_at IS NULL",
        projection,
        pqxx::binarystring(what.body),
        resolution,
        note
    );
    return static_cast<std::int64_t>(settled.affected_rows());
}

bool died_again(
    pqxx::transaction_base& in,
    const std::string& projection,
    const dead_letter& what,
    instant since
) {
    return in
        .exec_params1(
            "SELECT EXISTS (SELECT FROM billhook.dead_letters WHERE projection = $1 AND md5(body) "
            "= md5($2::bytea) AND died_at >= $3::timestamptz)",
            projection,
            pqxx::binarystring(what.body),
            to_rfc3339(since)
        )[0]
        .as<bool>();
}

std::vector<std::int32_t> resume_halted(
    pqxx::transaction_base& in,
    const std::string& projection,
    std::optional<std::int32_t> partition
) {
    const std::string named = partition ? std::to_string(*partition) : "";
    std::vector<std::int32_t> resumed;
    for (const auto& row : in.exec_params(
             "UPDATE billhook.offsets SET halted = NULL WHERE projection = $1 AND halted IS NOT "
             "NULL AND ($2::integer IS NULL OR partition = $2::integer) RETURNING partition",
             projection,
             named.empty() ? nullptr : named.c_str()
         )) {
        resumed.push_back(row[0].as<std::int32_t>());
    }
    return resumed;
}

}  // namespace billhook
