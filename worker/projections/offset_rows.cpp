#include "worker/projections/offset_rows.hpp"

#include "schemas/messages/topics.hpp"
#include "worker/ledger/row_codec.hpp"

#include <pqxx/nontransaction>

namespace billhook {

std::vector<offset_row> offset_rows(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& topic,
    bool for_share
) {
    const std::string sql =
        "SELECT partition, first_offset, next_offset, epoch, fingerprint, (extract(epoch FROM "
        "complete_to) * 1000000)::bigint, (extract(epoch FROM halted) * 1000000)::bigint, stop_at "
        "FROM billhook.offsets WHERE projection = $1 AND topic = $2 ORDER BY partition";
    std::vector<offset_row> rows;
    for (const auto& row :
         in.exec_params(for_share ? sql + " FOR SHARE" : sql, projection, topic)) {
        offset_row& one = rows.emplace_back();
        row_reader(row) >> one.partition >> one.first_offset >> one.next_offset >> one.epoch >>
            one.fingerprint >> one.complete_to >> one.halted >> one.stop_at;
    }
    return rows;
}

std::vector<offset_row> offset_rows(postgres::connection& over, const std::string& projection) {
    pqxx::nontransaction in(over.raw());
    return offset_rows(in, projection, topics::stripe_events);
}

bool move_offset(
    pqxx::transaction_base& in,
    const std::string& projection,
    const std::string& topic,
    const offset_row& seen,
    std::int64_t to,
    const std::optional<std::string>& fingerprint
) {
    const auto moved = in.exec_params(
        "UPDATE billhook.offsets SET next_offset = $6, first_offset = first_offset + $6 - "
        "next_offset, fingerprint = $7, epoch = epoch + 1 WHERE projection = $1 AND topic = $2 AND "
        "partition = $3 AND epoch = $4 AND next_offset = $5",
        projection,
        topic,
        seen.partition,
        seen.epoch,
        seen.next_offset,
        to,
        fingerprint ? fingerprint->c_str() : nullptr
    );
    return moved.affected_rows() == 1;
}

std::int64_t consumed(const std::vector<offset_row>& rows) {
    std::int64_t all = 0;
    for (const offset_row& each : rows) {
        all += each.next_offset - each.first_offset;
    }
    return all;
}

}  // namespace billhook
