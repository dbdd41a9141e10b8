#include "tools/recovery/spool.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace billhook {

TEST_CASE("spool: gives back what it was given by its keys") {
    spool waiting;
    const message first{
        "topic", "b", std::string("1\0\n2", 4), {{"name", "value"}, {"other", ""}}
    };
    const message second{"topic", "a", "", {}};
    message third = first;
    third.value = std::string(100'000, 'x');
    const std::vector all{first, second, third};
    CHECK(waiting.publish(all) == std::vector<delivery>(3, delivery::persisted));
    waiting.sort();
    CHECK((waiting.read(0, 10) == std::vector{second, first, third}));
    CHECK((waiting.read(1, 1) == std::vector{first}));
    static_cast<void>(waiting.publish(std::vector{second}));
    waiting.sort();
    CHECK((waiting.read(0, 2) == std::vector{second, second}));
    CHECK(waiting.size() == 4);
}

}  // namespace billhook
