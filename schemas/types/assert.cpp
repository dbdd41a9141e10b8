#include "schemas/types/assert.hpp"

#include <cstdio>
#include <cstdlib>

namespace billhook {

void assertion_failed(const char* text, const char* file, int line) {
    std::fprintf(stderr, "%s:%d: assertion failed: %s\n", file, line, text);
    std::abort();
}

}  // namespace billhook
