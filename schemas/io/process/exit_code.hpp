#pragma once

namespace billhook {

// What a process of Billhook says when it ends; scripts rely on these numbers.
enum class exit_code : int {
    done = 0,
    no = 1,           // the answer is no: differences, a wait that ran out, findings of doctor
    usage = 2,        // wrong flags or settings
    unreachable = 3,  // broker or database did not answer in time, a port is taken
    refused = 4,      // weak durability, a halted partition
};

// For `return` in main.
[[nodiscard]] constexpr int to_int(exit_code code) {
    return static_cast<int>(code);
}

}  // namespace billhook
