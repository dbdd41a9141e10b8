#pragma once

#include "schemas/json/value.hpp"
#include "schemas/stripe/event.hpp"
#include "schemas/types/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

// How the parsers of this folder read single fields. Not for use outside of it.
namespace billhook::stripe {

// Stripe's own bound for ids.
inline constexpr std::size_t max_id_bytes = 255;

// Not too long, and without U+FFFD, which stands where a NUL or a lone surrogate was
// (schemas/json/reader.hpp).
[[nodiscard]] bool is_usable(std::string_view text);

// A plain id, or that of an expanded object; empty if there is no such text. Not scoped.
[[nodiscard]] std::string_view id_text(json::value reference);

// Of nested hashes: the value at the end of the path; null where a hash on the way is null.
[[nodiscard]] json::value at_path(json::value from, std::initializer_list<std::string_view> path);

// Reads the fields of one body, of one account. Absent and null are nothing, and so is a value
// whose type, length or range the field cannot have: no optional text costs an event. Such a value
// is noted as a fault, of which the first counts, for who has to know the difference.
class field_reader {
public:
    explicit field_reader(std::string_view account) : account_(account) {}

    [[nodiscard]] std::optional<instant> time(json::value field);
    [[nodiscard]] std::optional<std::int64_t> integer(json::value field);
    [[nodiscard]] std::optional<std::string> text(json::value field);
    [[nodiscard]] bool flag(json::value field);  // nothing is false
    // Scoped by the account: "acct_1/sub_1".
    template <class Id>
    [[nodiscard]] std::optional<Id> reference(json::value field) {
        const auto text = id(field);
        return text.empty() ? std::nullopt : std::optional(Id(scoped(text)));
    }
    // An organization is the application's word, never scoped. What cannot be one (empty, no text,
    // over 255 bytes) counts as absent: free text of another use must not cost us the event.
    [[nodiscard]] static std::optional<organization_id> organization(json::value field);

    [[nodiscard]] std::string scoped(std::string_view id) const;
    [[nodiscard]] std::string_view account() const { return account_; }
    void blame(parse_error why);
    [[nodiscard]] std::optional<parse_error> fault() const { return fault_; }

private:
    [[nodiscard]] std::string_view id(json::value field);

    std::string_view account_;
    std::optional<parse_error> fault_;
};

// Notes a value of `previous_attributes`, if it is named there and can be read (old API versions
// name parts of arrays): `read` gets a reader of its own.
template <class T, class Read>
void note_replaced(
    std::optional<T>& replaced,
    json::value was,
    std::string_view account,
    const Read& read
) {
    if (was.is_absent()) {
        return;
    }
    field_reader in(account);
    T value = read(in, was);
    if (!in.fault()) {
        replaced = std::move(value);
    }
}

}  // namespace billhook::stripe
