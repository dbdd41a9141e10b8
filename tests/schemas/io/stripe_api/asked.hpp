#pragma once

#include "schemas/io/stripe_api/client.hpp"
#include "tools/simulator/api_server.hpp"

#include <cstddef>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

namespace billhook::stripe {

// A server that gives these answers in turn, then the last of them for ever, and a client of it
// that does not wait between its tries but notes how long it would have.
struct asked {
    explicit asked(std::vector<simulator::api_answer> given, client_settings told = {})
        : answers(std::move(given)),
          server([this](const simulator::api_call& call) { return answer(call); }),
          client(to_here(std::move(told)), [this](std::chrono::milliseconds pause) {
              pauses.push_back(pause);
              return pauses.size() < stop_at;
          }) {}

    simulator::api_answer answer(const simulator::api_call& call) {
        const std::lock_guard<std::mutex> lock(guard);
        calls.push_back(call);
        return answers[std::min(calls.size(), answers.size()) - 1];
    }
    client_settings to_here(client_settings told) const {
        told.base = server.base();
        told.key = secret("sk_test_0123456789abcdef");
        return told;
    }

    std::vector<simulator::api_answer> answers;
    std::mutex guard;
    std::vector<simulator::api_call> calls;
    std::vector<std::chrono::milliseconds> pauses;
    std::size_t stop_at = 1'000;
    simulator::api_server server;
    stripe::client client;
};

}  // namespace billhook::stripe
