#pragma once

#include "tools/simulator/random.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace billhook::simulator {

// Names what an account makes, as Stripe does: sub_1..., with the account's prefix in each.
class fresh_ids {
public:
    fresh_ids(std::string prefix, std::uint64_t seed) : prefix_(std::move(prefix)), random_(seed) {}

    [[nodiscard]] std::string next(std::string_view kind) {
        std::string id(kind);
        id += "_1" + prefix_;
        // The ids of events say nothing about their order, as Stripe's do not.
        return kind == "evt" ? id + random_.letters(12)
                             : id + in_base_36(++made_) + "0" + random_.letters(4);
    }

private:
    static std::string in_base_36(std::uint64_t number) {
        constexpr std::string_view digits = "0123456789abcdefghijklmnopqrstuvwxyz";
        std::string text;
        do {
            text.insert(text.begin(), digits[number % 36]);
            number /= 36;
        } while (number != 0);
        return text;
    }

    std::string prefix_;
    random_source random_;
    std::uint64_t made_ = 0;
};

}  // namespace billhook::simulator
