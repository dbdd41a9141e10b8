#include "schemas/io/kafka/handles.hpp"

#include <array>
#include <chrono>
#include <future>
#include <thread>

namespace billhook::kafka {

void destroy_instance::operator()(rd_kafka_t* instance) const {
    auto finished = std::make_shared<std::promise<void>>();
    auto done = finished->get_future();
    // Without a group there is nothing to leave, and closing is where 2.0.2 hangs.
    std::thread([instance, finished] {
        rd_kafka_destroy_flags(instance, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
        finished->set_value();
    }).detach();
    done.wait_for(std::chrono::seconds{5});
}

failure::failure(const std::string& what, rd_kafka_resp_err_t why, bool may_retry)
    : std::runtime_error(what), code(why), retryable(may_retry) {}

failure::failure(const std::string& doing, rd_kafka_resp_err_t why)
    : failure(doing + ": " + rd_kafka_err2str(why), why, is_retryable(why)) {}

bool is_retryable(rd_kafka_resp_err_t code) {
    // What a new leader, a reachable broker or more time mends; the codes are not our enum.
    switch (code) {
        case RD_KAFKA_RESP_ERR__TRANSPORT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT:
        case RD_KAFKA_RESP_ERR__TIMED_OUT_QUEUE:
        case RD_KAFKA_RESP_ERR__MSG_TIMED_OUT:
        case RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN:
        case RD_KAFKA_RESP_ERR__RESOLVE:
        case RD_KAFKA_RESP_ERR__WAIT_CACHE:
        case RD_KAFKA_RESP_ERR__WAIT_COORD:
        case RD_KAFKA_RESP_ERR__PARTIAL:
        case RD_KAFKA_RESP_ERR__QUEUE_FULL:
        case RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION:
        case RD_KAFKA_RESP_ERR_REQUEST_TIMED_OUT:
        case RD_KAFKA_RESP_ERR_BROKER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_REPLICA_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NETWORK_EXCEPTION:
        case RD_KAFKA_RESP_ERR_COORDINATOR_LOAD_IN_PROGRESS:
        case RD_KAFKA_RESP_ERR_COORDINATOR_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_NOT_COORDINATOR:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS:
        case RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS_AFTER_APPEND:
        case RD_KAFKA_RESP_ERR_NOT_CONTROLLER:
        case RD_KAFKA_RESP_ERR_KAFKA_STORAGE_ERROR:
        case RD_KAFKA_RESP_ERR_FENCED_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_UNKNOWN_LEADER_EPOCH:
        case RD_KAFKA_RESP_ERR_PREFERRED_LEADER_NOT_AVAILABLE:
        case RD_KAFKA_RESP_ERR_THROTTLING_QUOTA_EXCEEDED:
        case RD_KAFKA_RESP_ERR_OFFSET_NOT_AVAILABLE:
            return true;
        default:
            return false;
    }
}

instance_handle make_instance(rd_kafka_type_t type, configuration from) {
    std::array<char, 512> why{};
    instance_handle made{rd_kafka_new(type, from.get(), why.data(), why.size())};
    if (!made) {
        const auto code = rd_kafka_last_error();
        throw failure(std::string{"kafka settings are refused: "} + why.data(), code, false);
    }
    from.release();  // belongs to the instance now
    return made;
}

}  // namespace billhook::kafka
