#pragma once

#include <cstdint>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulator {

// Seeded randomness whose results depend on the seed alone: the standard's distributions may differ
// between libraries, so none is used. Not thread-safe.
class random_source {
public:
    explicit random_source(std::uint64_t seed) : engine_(seed) {}

    // From `low` to `high`, both included. Requires low <= high.
    [[nodiscard]] std::int64_t between(std::int64_t low, std::int64_t high) {
        const auto width = static_cast<std::uint64_t>(high - low) + 1;
        return low + static_cast<std::int64_t>(engine_() % width);
    }
    [[nodiscard]] double fraction() {
        return static_cast<double>(engine_() >> 11) / 9007199254740992.0;
    }
    [[nodiscard]] bool chance(double probability) { return fraction() < probability; }
    template <class T>
    [[nodiscard]] const T& one_of(const std::vector<T>& choices) {
        return choices[engine_() % choices.size()];
    }
    template <class T>
    void shuffle(std::vector<T>& values) {
        for (auto left = values.size(); left > 1; --left) {
            std::swap(values[left - 1], values[engine_() % left]);
        }
    }
    // `length` letters and digits, as in Stripe's ids.
    [[nodiscard]] std::string letters(std::size_t length) {
        static constexpr std::string_view alphabet =
            "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
        std::string text(length, 'A');
        for (auto& letter : text) {
            letter = alphabet[engine_() % alphabet.size()];
        }
        return text;
    }

private:
    std::mt19937_64 engine_;
};

}  // namespace billhook::simulator
