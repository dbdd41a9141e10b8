#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

// What libFuzzer calls, again and again, with bytes that it makes up. Whatever ends the process is
// a find: a sanitizer's report, an assert, an exception.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace billhook::testing {

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
    return {reinterpret_cast<const char*>(data), size};
}

}  // namespace billhook::testing
