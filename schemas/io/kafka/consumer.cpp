#include "schemas/io/kafka/consumer.hpp"

#include <utility>

namespace billhook::kafka {
namespace {

partition_list list_of(std::span<const position> from) {
    partition_list made{rd_kafka_topic_partition_list_new(static_cast<int>(from.size()))};
    for (const auto& each : from) {
        auto* const added =
            rd_kafka_topic_partition_list_add(made.get(), each.topic.c_str(), each.partition);
        added->offset = each.offset;
    }
    return made;
}

void check(rd_kafka_error_t* answer, const char* doing) {
    const error_handle failed{answer};
    if (failed) {
        throw failure::of(doing, rd_kafka_error_code(failed.get()));
    }
}

position position_of(const rd_kafka_message_t& at) {
    const char* topic = at.rkt == nullptr ? "" : rd_kafka_topic_name(at.rkt);
    return {topic, at.partition, at.offset};
}

polled meaning_of(const rd_kafka_message_t& error) {
    if (error.err == RD_KAFKA_RESP_ERR__PARTITION_EOF) {
        return partition_end{position_of(error)};
    }
    switch (remedy_for(error.err)) {
        case remedy::retry:
        case remedy::absent:
            break;
        case remedy::park:
            throw unreadable(position_of(error), error.err);
        case remedy::reopen:
        case remedy::alarm:
        case remedy::bug:
            throw failure::of("consuming", error.err);
    }
    trouble what{rd_kafka_err2name(error.err), std::nullopt};
    if (error.rkt != nullptr) {
        what.partition = error.partition;
    }
    return what;
}

}  // namespace

std::string_view consumed::topic() const {
    return rd_kafka_topic_name(message_->rkt);
}

std::string_view consumed::key() const {
    return {static_cast<const char*>(message_->key), message_->key_len};
}

std::string_view consumed::value() const {
    return {static_cast<const char*>(message_->payload), message_->len};
}

instant consumed::timestamp() const {
    rd_kafka_timestamp_type_t type{};
    const auto milliseconds = rd_kafka_message_timestamp(message_.get(), &type);
    return type == RD_KAFKA_TIMESTAMP_NOT_AVAILABLE
               ? instant{}
               : instant{std::chrono::milliseconds{milliseconds}};
}

std::vector<std::pair<std::string, std::string>> consumed::headers() const {
    std::vector<std::pair<std::string, std::string>> all;
    rd_kafka_headers_t* from = nullptr;
    if (rd_kafka_message_headers(message_.get(), &from) != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return all;
    }
    const char* name = nullptr;
    const void* value = nullptr;
    std::size_t size = 0;
    const auto next = [&](std::size_t at) {
        return rd_kafka_header_get_all(from, at, &name, &value, &size);
    };
    for (std::size_t at = 0; next(at) == RD_KAFKA_RESP_ERR_NO_ERROR; ++at) {
        all.emplace_back(name, std::string{static_cast<const char*>(value), size});
    }
    return all;
}

unreadable::unreadable(position at, rd_kafka_resp_err_t why)
    : failure(
          of("reading " + at.topic + "/" + std::to_string(at.partition) + " from " +
                 std::to_string(at.offset),
             why)
      ),
      where(std::move(at)) {}

bool unreadable::is_damaged() const {
    return code != RD_KAFKA_RESP_ERR_OFFSET_OUT_OF_RANGE &&
           code != RD_KAFKA_RESP_ERR__AUTO_OFFSET_RESET;
}

consumer::consumer(const consumer_settings& settings)
    : instance_(make_instance(RD_KAFKA_CONSUMER, consumer_configuration(settings))) {
    rd_kafka_poll_set_consumer(instance_.get());
}

void consumer::assign(std::span<const position> from) {
    check(rd_kafka_incremental_assign(instance_.get(), list_of(from).get()), "assigning");
}

void consumer::unassign(std::span<const position> which) {
    check(rd_kafka_incremental_unassign(instance_.get(), list_of(which).get()), "unassigning");
}

polled consumer::poll(std::chrono::milliseconds wait) {
    message_handle next{rd_kafka_consumer_poll(instance_.get(), static_cast<int>(wait.count()))};
    if (!next) {
        return std::monostate{};
    }
    if (next->err != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return meaning_of(*next);
    }
    return consumed{std::move(next)};
}

void consumer::commit(std::span<const position> next) {
    constexpr int without_waiting = 1;
    // The offset that counts lies in the database; this one is for lag tools.
    static_cast<void>(rd_kafka_commit(instance_.get(), list_of(next).get(), without_waiting));
}

std::optional<std::int64_t> consumer::committed(
    const std::string& topic,
    std::int32_t partition,
    std::chrono::milliseconds deadline
) {
    const partition_list asked{rd_kafka_topic_partition_list_new(1)};
    auto* const one = rd_kafka_topic_partition_list_add(asked.get(), topic.c_str(), partition);
    auto answer =
        rd_kafka_committed(instance_.get(), asked.get(), static_cast<int>(deadline.count()));
    answer = answer == RD_KAFKA_RESP_ERR_NO_ERROR ? one->err : answer;
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw failure::of("asking for the committed offset of " + topic, answer);
    }
    return one->offset >= 0 ? std::optional{one->offset} : std::nullopt;
}

}  // namespace billhook::kafka
