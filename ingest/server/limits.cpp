#include "ingest/server/limits.hpp"

namespace billhook {

limits limits_from(const ingest_settings& told) {
    return {
        .body_bytes = told.max_body_bytes,
        .header_bytes = told.max_header_bytes,
        .connections = told.max_connections,
        .connections_per_address = told.max_connections_per_address,
        .requests_per_connection = told.max_requests_per_connection,
        .bytes_in_flight = told.max_bytes_in_flight,
        .unverified_bytes = told.max_unverified_bytes,
        .unverified_bytes_per_address = told.max_unverified_bytes_per_address,
        .least_rate = told.least_body_rate,
        .header = told.header_deadline,
        .body = told.body_deadline,
        .idle = told.idle_deadline,
        .write = told.write_deadline,
    };
}

}  // namespace billhook
