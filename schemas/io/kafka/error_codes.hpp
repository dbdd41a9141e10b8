#pragma once

#include <librdkafka/rdkafka.h>

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace billhook::kafka {

// What mends a failure of Kafka. No process that is running ends for one, but for a bug of ours.
enum class remedy : std::uint8_t {
    retry,   // time: the same again after a pause
    absent,  // time, as a rule; if it lasts, the topic is gone and what was read of it stands still
    park,    // the partition cannot be read on: it stands still until its log is right again
    reopen,  // this client is spent: another one, then the same again
    alarm,  // a person: settings, rights, limits. An error in the log, and tried again all the same
    bug,    // ours: the call was wrong, and would be again
};
[[nodiscard]] std::string_view to_word(remedy what);

struct error_rule {
    rd_kafka_resp_err_t code;
    remedy what;
    std::string_view why;
};

// Every code of librdkafka 2.0.2, in the order of the codes (rd_kafka_get_err_descs lists the
// same).
[[nodiscard]] std::span<const error_rule> error_rules();
// A code that is not in the table, of a later broker, is `alarm`.
[[nodiscard]] remedy remedy_for(rd_kafka_resp_err_t code);
// Kafka's own: "_UNKNOWN_PARTITION"; librdkafka's codes begin with an underscore.
[[nodiscard]] std::string name_of(rd_kafka_resp_err_t code);

}  // namespace billhook::kafka
