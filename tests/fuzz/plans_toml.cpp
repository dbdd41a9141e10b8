// A plans.toml: read, or all its mistakes told by line.
#include "schemas/plans/read_plans.hpp"
#include "schemas/types/assert.hpp"
#include "tests/fuzz/fuzzer.hpp"

#include <algorithm>

int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto toml = billhook::testing::text_of(data, size);
    const auto read = billhook::read_plans(toml);
    if (!read) {
        const auto lines = std::count(toml.begin(), toml.end(), '\n') + 1;
        BILLHOOK_ASSERT(!read.error().empty());
        for (const auto& each : read.error()) {
            BILLHOOK_ASSERT(each.line >= 0 && each.line <= lines && !each.text.empty());
        }
    }
    return 0;
}
