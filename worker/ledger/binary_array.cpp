#include "worker/ledger/binary_array.hpp"

#include "schemas/types/assert.hpp"
#include "worker/ledger/array_literal.hpp"

#include <chrono>

namespace billhook {

namespace {

// The header: dimensions, whether there are NULLs, the elements' type; then of the one dimension
// how many elements, and the first one's number.
constexpr std::size_t nulls_at = 4;
constexpr std::size_t count_at = 12;
constexpr std::uint32_t null_size = 0xffff'ffff;
constexpr char jsonb_version = 1;

template <class Unsigned>
void append_big_endian(std::string& to, Unsigned number) {
    for (std::size_t left = sizeof number; left-- > 0;) {
        to += static_cast<char>(static_cast<unsigned char>(number >> (8 * left)));
    }
}

void replace_at(std::string& in, std::size_t where, std::uint32_t number) {
    for (std::size_t left = sizeof number; left-- > 0;) {
        in[where++] = static_cast<char>(static_cast<unsigned char>(number >> (8 * left)));
    }
}

}  // namespace

binary_array::binary_array(element what) : what_(what) {
    append_big_endian(bytes_, std::uint32_t{1});
    append_big_endian(bytes_, std::uint32_t{0});
    append_big_endian(bytes_, static_cast<std::uint32_t>(what));
    append_big_endian(bytes_, std::uint32_t{0});
    append_big_endian(bytes_, std::uint32_t{1});
}

void binary_array::begin_element(std::size_t size) {
    replace_at(bytes_, count_at, ++count_);
    append_big_endian(bytes_, static_cast<std::uint32_t>(size));
}

binary_array& binary_array::add(std::string_view text) {
    const bool is_json = what_ == element::jsonb;
    BILLHOOK_ASSERT(is_json || what_ == element::text || what_ == element::bytea);
    if (what_ != element::bytea) {
        refuse_nul(text);
    }
    begin_element(text.size() + (is_json ? 1 : 0));
    if (is_json) {
        bytes_ += jsonb_version;
    }
    bytes_ += text;
    return *this;
}

binary_array& binary_array::add(bool flag) {
    BILLHOOK_ASSERT(what_ == element::boolean);
    begin_element(1);
    bytes_ += flag ? '\1' : '\0';
    return *this;
}

binary_array& binary_array::add(std::int32_t number) {
    BILLHOOK_ASSERT(what_ == element::integer);
    begin_element(sizeof number);
    append_big_endian(bytes_, static_cast<std::uint32_t>(number));
    return *this;
}

binary_array& binary_array::add(std::int64_t number) {
    BILLHOOK_ASSERT(what_ == element::bigint);
    begin_element(sizeof number);
    append_big_endian(bytes_, static_cast<std::uint64_t>(number));
    return *this;
}

// Microseconds since 2000. Unsigned, as a time of nobody's may lie too far back for the difference.
binary_array& binary_array::add(instant at) {
    using namespace std::chrono;
    constexpr instant epoch = sys_days{year{2000} / January / 1};
    BILLHOOK_ASSERT(what_ == element::timestamptz);
    begin_element(sizeof(std::uint64_t));
    append_big_endian(
        bytes_,
        static_cast<std::uint64_t>(at.time_since_epoch().count()) -
            static_cast<std::uint64_t>(epoch.time_since_epoch().count())
    );
    return *this;
}

binary_array& binary_array::add_null() {
    replace_at(bytes_, nulls_at, 1);
    replace_at(bytes_, count_at, ++count_);
    append_big_endian(bytes_, null_size);
    return *this;
}

}  // namespace billhook
