#include "worker/domain/journal_row.hpp"

namespace billhook {

std::string_view to_word(outcome what) {
    switch (what) {
        case outcome::mode_mismatch:
            return "mode_mismatch";
        case outcome::other_account:
            return "other_account";
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

}  // namespace billhook
