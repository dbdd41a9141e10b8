#include "ingest/api/calls/remembered.hpp"

#include "schemas/types/sha256.hpp"

#include <algorithm>

namespace billhook::api {

namespace {

using http::problem;
using http::problem_code;

constexpr const char* field = "Idempotency-Key";
constexpr std::size_t longest_key = 255;

bool may_be_repeated(const http::response& answer) {
    return answer.status >= 500 || (answer.problem && http::is_retryable(*answer.problem));
}

}  // namespace

result<std::optional<keyed_call>, problem> keyed_call_from(
    const http::request& what,
    const organization_id& whose
) {
    const auto given = what.head.fields.first(field);
    if (!given) {
        return std::optional<keyed_call>{};
    }
    const bool is_visible =
        std::all_of(given->begin(), given->end(), [](char c) { return c > ' ' && c < 0x7F; });
    if (what.head.fields.count(field) != 1 || given->empty() || given->size() > longest_key ||
        !is_visible) {
        return problem{problem_code::bad_idempotency_key};
    }
    std::string said = what.head.method;
    said.append(1, '\0').append(what.head.target).append(1, '\0').append(what.body);
    return std::optional{
        keyed_call{whose, std::string(*given), sha256_hex(said)}
    };
}

std::optional<http::response> remembered_answers::begin(const keyed_call& what, time now) {
    const std::lock_guard lock(guard_);
    make_room(now);
    const name by{what.whose, what.key};
    const auto [at, is_new] = entries_.try_emplace(by, entry{what.digest, now, {}});
    if (is_new) {
        by_age_.emplace_back(now, by);
        return std::nullopt;
    }
    if (at->second.digest != what.digest) {
        return http::to_response(problem{problem_code::idempotency_key_reused});
    }
    if (!at->second.answer) {
        return http::to_response(problem{problem_code::operation_in_progress});
    }
    auto again = *at->second.answer;
    again.more.emplace_back("Idempotent-Replayed", "true");
    return again;
}

void remembered_answers::end(const keyed_call& what, const http::response& answer) {
    if (may_be_repeated(answer)) {
        forget(what);
        return;
    }
    const std::lock_guard lock(guard_);
    const auto at = entries_.find({what.whose, what.key});
    if (at != entries_.end()) {
        at->second.answer = answer;
    }
}

void remembered_answers::forget(const keyed_call& what) {
    const std::lock_guard lock(guard_);
    entries_.erase({what.whose, what.key});
}

// What is begun and not ended gives way last of all: it is young.
void remembered_answers::make_room(time now) {
    while (!by_age_.empty()) {
        const auto& [begun, by] = by_age_.front();
        if (begun + lives_ > now && by_age_.size() < most_) {
            return;
        }
        const auto at = entries_.find(by);
        if (at != entries_.end() && at->second.begun == begun) {
            entries_.erase(at);
        }
        by_age_.pop_front();
    }
}

}  // namespace billhook::api
