#pragma once

#include "ingest/http/problem.hpp"
#include "schemas/types/ids.hpp"
#include "schemas/types/result.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace billhook::api {

// What the API can be asked; the table of paths and methods is in target.cpp.
enum class call_kind : std::uint8_t {
    standing,
    can,
    plans,
    openapi,
    customer,
    portal,
    open_invoices,
    subscribe,
    checkout,
    preview,
    change,
    cancel,
    resume,
};
inline constexpr call_kind last_call_kind = call_kind::resume;
// Whoever asks is told, without a token.
[[nodiscard]] constexpr bool is_public(call_kind kind) {
    return kind == call_kind::openapi;
}
// Stripe is asked for it, and only an administrator may: it writes, or gives a link that does.
[[nodiscard]] constexpr bool asks_stripe(call_kind kind) {
    return kind >= call_kind::customer;
}
[[nodiscard]] std::string_view to_word(call_kind kind);

// One row of the table. `{org}` and `{feature}` stand for one part each.
struct route {
    call_kind kind{};
    std::string_view word;
    std::string_view method;
    std::string_view path;
    std::string_view parameters;  // of the query, blanks between
    std::string_view allow;       // all methods of the path
};
[[nodiscard]] std::span<const route> routes();

// The part of the log that a write went into: `after` of a later question.
struct log_position {
    std::int32_t partition = 0;
    std::int64_t offset = 0;

    friend bool operator==(const log_position&, const log_position&) = default;
};
[[nodiscard]] std::string to_text(const log_position& at);  // "3:1041"
[[nodiscard]] std::optional<std::string> to_text(const std::optional<log_position>& at);
[[nodiscard]] std::optional<log_position> log_position_from(std::string_view text);

// A request's target, taken apart.
struct call {
    call_kind kind{};
    std::optional<organization_id> organization;  // of the path
    std::string name;                             // of the path: a feature
    std::map<std::string, std::string> query;

    // Nothing if there is no such parameter; bad_parameter if it is none.
    [[nodiscard]] result<std::optional<log_position>, http::problem> after() const;
};

// Pure. Parts of the path and of the query are percent-decoded once, after they were parted; bytes
// below a blank are refused. not_found, method_not_allowed with the methods that are; bad_parameter
// for a query that names a parameter twice or one that the call does not know.
[[nodiscard]] result<call, http::problem> call_of(std::string_view method, std::string_view target);

}  // namespace billhook::api
