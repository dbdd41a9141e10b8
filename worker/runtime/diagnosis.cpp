#include "worker/runtime/diagnosis.hpp"

#include "schemas/io/kafka/handles.hpp"

#include <algorithm>
#include <cstdint>
#include <random>

namespace billhook {

namespace {

postgres::remedy in_our_words(kafka::remedy what) {
    switch (what) {
        case kafka::remedy::retry:
        case kafka::remedy::absent:
        case kafka::remedy::park:
        case kafka::remedy::reopen:
            return postgres::remedy::retry;
        case kafka::remedy::alarm:
            return postgres::remedy::alarm;
        case kafka::remedy::bug:
            break;
    }
    return postgres::remedy::stop;
}

}  // namespace

diagnosis diagnose(const std::exception& thrown) {
    if (const auto* of_kafka = dynamic_cast<const kafka::failure*>(&thrown)) {
        return {
            .what = in_our_words(of_kafka->what_helps()), .cause = kafka::name_of(of_kafka->code)};
    }
    return {.what = postgres::classify(thrown).what, .cause = postgres::cause_of(thrown)};
}

std::chrono::milliseconds pause_after(postgres::remedy what, unsigned failures) {
    constexpr std::chrono::milliseconds longest{5000};
    constexpr unsigned doublings = 6;
    if (what == postgres::remedy::alarm) {
        return longest;
    }
    const unsigned step = std::min(failures > 0 ? failures - 1 : 0, doublings);
    return std::min(longest, std::chrono::milliseconds{100u << step});
}

void sound_alarm(const diagnosis& why, const counter& alarms, log& lines) {
    alarms.add();
    lines.error(
        "no retry mends this: a right, a table or a setting is wanting", "cause"_is(why.cause)
    );
}

std::chrono::milliseconds jittered(std::chrono::milliseconds longest) {
    thread_local std::minstd_rand random{std::random_device{}()};
    std::uniform_int_distribution<std::int64_t> part(longest.count() / 2, longest.count());
    return std::chrono::milliseconds{part(random)};
}

}  // namespace billhook
