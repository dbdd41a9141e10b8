#include "schemas/io/kafka/inspector.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace billhook::kafka {
namespace {

using steady = std::chrono::steady_clock;

consumer_settings for_single_records(client_settings client) {
    consumer_settings made;
    made.client = std::move(client);
    made.queued_kib = 4096;
    made.fetch_wait = std::chrono::milliseconds{10};  // else a question after a fetch waits for it
    made.partition_end = true;
    return made;
}

// Asks a broker about the topic, which the instance knows from then on.
rd_kafka_resp_err_t refreshed(rd_kafka_t* by, const std::string& topic, int wait) {
    const topic_handle about{rd_kafka_topic_new(by, topic.c_str(), nullptr)};
    if (!about) {
        return rd_kafka_last_error();
    }
    const struct rd_kafka_metadata* told = nullptr;
    const auto answer = rd_kafka_metadata(by, 0, about.get(), &told, wait);
    const metadata_handle owned{told};
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        return answer;
    }
    return told->topic_cnt == 1 ? told->topics[0].err : RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

}  // namespace

inspector::inspector(client_settings client) : reader_(for_single_records(std::move(client))) {}

watermarks inspector::watermarks_of(
    const std::string& topic,
    std::int32_t partition,
    std::chrono::milliseconds deadline
) {
    rd_kafka_t* const by = reader_.instance_.get();
    const auto wait = static_cast<int>(deadline.count());
    watermarks found;
    const auto ask = [&] {
        return rd_kafka_query_watermark_offsets(
            by, topic.c_str(), partition, &found.low, &found.high, wait
        );
    };
    auto answer = ask();
    // After a leader change 2.0.2 answers from what it knew before, up to the next refresh.
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR && remedy_for(answer) == remedy::absent) {
        answer = refreshed(by, topic, wait);
        answer = answer == RD_KAFKA_RESP_ERR_NO_ERROR ? ask() : answer;
    }
    if (answer != RD_KAFKA_RESP_ERR_NO_ERROR) {
        throw failure::of(
            "asking for the ends of " + topic + "/" + std::to_string(partition), answer
        );
    }
    return found;
}

std::int64_t inspector::end_of(
    const std::string& topic,
    std::int32_t partition,
    std::chrono::milliseconds deadline
) {
    return watermarks_of(topic, partition, deadline).high;
}

std::optional<consumed> inspector::fetch(const position& at, std::chrono::milliseconds deadline) {
    const auto until = steady::now() + deadline;
    const auto ends = watermarks_of(at.topic, at.partition, deadline);
    if (at.offset < ends.low || at.offset >= ends.high) {
        return std::nullopt;
    }
    const std::array where{at};
    reader_.assign(where);
    try {
        auto found = first_record(until);
        reader_.unassign(where);
        const bool exact = found && found->offset() == at.offset;
        return exact ? std::move(found) : std::nullopt;
    } catch (...) {
        reader_.unassign(where);
        throw;
    }
}

std::optional<consumed> inspector::first_record(steady::time_point until) {
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - steady::now());
        if (left.count() <= 0) {
            throw failure::of("fetching a record", RD_KAFKA_RESP_ERR__TIMED_OUT);
        }
        try {
            auto next = reader_.poll(left);
            if (auto* const record = std::get_if<consumed>(&next)) {
                return std::move(*record);
            }
            if (std::holds_alternative<partition_end>(next)) {
                return std::nullopt;
            }
        } catch (const unreadable& there) {
            if (there.is_damaged()) {
                throw;
            }
            return std::nullopt;  // gone since the watermarks were asked
        }
    }
}

}  // namespace billhook::kafka
