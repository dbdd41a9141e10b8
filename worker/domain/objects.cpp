#include "worker/domain/objects.hpp"

#include <array>
#include <utility>

namespace billhook {

std::string_view to_word(outcome what) {
    switch (what) {
        case outcome::mode_mismatch:
            return "mode_mismatch";
        case outcome::other_mode:
            return "other_mode";
        case outcome::ignored:
            return "ignored";
        case outcome::applied:
            return "applied";
        case outcome::stale:
            return "stale";
    }
    return {};
}

std::optional<outcome> outcome_from(std::string_view word) {
    for (const auto what :
         {outcome::mode_mismatch,
          outcome::other_mode,
          outcome::ignored,
          outcome::applied,
          outcome::stale}) {
        if (to_word(what) == word) {
            return what;
        }
    }
    return std::nullopt;
}

}  // namespace billhook
