#pragma once

#include "schemas/io/kafka/handles.hpp"

#include <librdkafka/rdkafka_mock.h>

#include <string>
#include <vector>

namespace billhook::kafka {

// A broker inside of the test process; see what it cannot do before using it for more than errors.
class mock_cluster {
public:
    mock_cluster() {
        configuration quiet{rd_kafka_conf_new()};
        rd_kafka_conf_set_log_cb(quiet.get(), nullptr);
        host_ = make_instance(RD_KAFKA_PRODUCER, std::move(quiet));
        cluster_ = rd_kafka_mock_cluster_new(host_.get(), 1);
    }
    ~mock_cluster() { rd_kafka_mock_cluster_destroy(cluster_); }
    mock_cluster(const mock_cluster&) = delete;
    mock_cluster& operator=(const mock_cluster&) = delete;

    [[nodiscard]] std::string brokers() const { return rd_kafka_mock_cluster_bootstraps(cluster_); }
    void create_topic(const char* name, int partitions) {
        rd_kafka_mock_topic_create(cluster_, name, partitions, 1);
    }
    // The next Produce requests are answered with these errors, without appending.
    void refuse_produce(std::vector<rd_kafka_resp_err_t> with) {
        constexpr std::int16_t produce = 0;
        rd_kafka_mock_push_request_errors_array(cluster_, produce, with.size(), with.data());
    }
    // As if the topic were gone (or back: NO_ERROR): to metadata, and to this many questions about
    // its partitions' ends.
    void set_topic_error(const char* name, rd_kafka_resp_err_t with, std::size_t questions = 0) {
        constexpr std::int16_t list_offsets = 2;
        rd_kafka_mock_topic_set_error(cluster_, name, with);
        const std::vector<rd_kafka_resp_err_t> answers(questions, with);
        rd_kafka_mock_clear_request_errors(cluster_, list_offsets);
        if (questions > 0) {
            rd_kafka_mock_push_request_errors_array(
                cluster_, list_offsets, answers.size(), answers.data()
            );
        }
    }
    void set_down(bool down) {
        constexpr std::int32_t broker = 1;
        down ? rd_kafka_mock_broker_set_down(cluster_, broker)
             : rd_kafka_mock_broker_set_up(cluster_, broker);
    }

private:
    instance_handle host_;
    rd_kafka_mock_cluster_t* cluster_ = nullptr;
};

}  // namespace billhook::kafka
