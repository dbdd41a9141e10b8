#pragma once

#include "schemas/io/postgres/failure.hpp"
#include "schemas/io/process/log.hpp"
#include "schemas/io/process/metrics.hpp"

#include <chrono>
#include <exception>
#include <string>

namespace billhook {

// What a failure of any port is, Postgres' and Kafka's in the same words.
struct diagnosis {
    postgres::remedy what = postgres::remedy::stop;
    std::string cause;  // a SQLSTATE, Kafka's name for it ("_UNKNOWN_PARTITION"), or a word

    friend bool operator==(const diagnosis&, const diagnosis&) = default;
};

// Kafka's `absent`, `park` and `reopen` are the source's affair and a retry for everybody else.
[[nodiscard]] diagnosis diagnose(const std::exception& thrown);

// Before the next try: doubles from 100 ms with each failure in a row, up to 5 s; 5 s at once where
// only a person helps, so that leases run out meanwhile and somebody luckier has a go.
[[nodiscard]] std::chrono::milliseconds pause_after(postgres::remedy what, unsigned failures);

// `longest` and a random part below it, so that workers that failed together do not return
// together.
[[nodiscard]] std::chrono::milliseconds jittered(std::chrono::milliseconds longest);

// A failure that only a person mends: a right, a table, a setting. Counted and told.
void sound_alarm(const diagnosis& why, const counter& alarms, log& lines);

}  // namespace billhook
