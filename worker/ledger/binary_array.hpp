#pragma once

#include "schemas/types/instant.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace billhook {

// What an array's elements are, by the number that every Postgres has for the type (pg_type.dat).
enum class element : std::uint32_t {
    boolean = 16,
    bytea = 17,
    bigint = 20,
    integer = 23,
    text = 25,
    timestamptz = 1184,
    jsonb = 3802,
};

// One array as Postgres receives it in binary (array_recv): nothing is quoted here nor looked for
// there, and a time is a number. Built an element at a time; what is added must be what the
// elements are (asserts). A text with a NUL byte throws postgres::failure (22021, bisect), as in an
// array_literal.
class binary_array {
public:
    explicit binary_array(element what);

    binary_array& add(std::string_view text);  // of text, jsonb or bytea
    binary_array& add(const char* text) { return add(std::string_view(text)); }
    binary_array& add(bool flag);
    binary_array& add(std::int32_t number);
    binary_array& add(std::int64_t number);
    binary_array& add(instant at);
    binary_array& add_null();

    [[nodiscard]] std::string_view bytes() const { return bytes_; }

private:
    void begin_element(std::size_t size);
    element what_;
    std::uint32_t count_ = 0;
    std::string bytes_;
};

}  // namespace billhook
