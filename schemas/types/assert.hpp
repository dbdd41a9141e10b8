#pragma once

namespace billhook {

// Prints "file:line: assertion failed: text" to standard error and aborts. Never returns.
[[noreturn]] void assertion_failed(const char* text, const char* file, int line);

}  // namespace billhook

// For our own bugs only, on in every build; never for data from outside.
#define BILLHOOK_ASSERT(condition)          \
    (static_cast<bool>(condition) ? void(0) \
                                  : ::billhook::assertion_failed(#condition, __FILE__, __LINE__))
