#pragma once

#include <cstdint>
#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

namespace billhook::postgres {

// What to do about a failed transaction, by SQLSTATE (which class means what: 22, 23, 21, 54
// bisect; 57014 halve; 40, 53, 55P03 retry; 08, 25006 (another server took over), 25P03, 26, 57P, a
// broken connection and an unknown COMMIT reconnect; all else alarm: a right, a table or the
// database itself is wanting. What no database said is `stop`). At its start a process ends for
// `alarm`; one that runs never does, since it goes on by itself when that is mended.
enum class remedy : std::uint8_t {
    retry,      // the same transaction again, on the same connection
    reconnect,  // the same transaction again, compare-and-set first, on new connection objects
    halve,      // too slow, or too much: the same with half of the records; nothing is dead for it
    bisect,     // perhaps a record's fault: find it
    alarm,      // a person: an error in the log, and tried again all the same, on a new connection
    stop,       // not the database's doing, but ours: end the process
};
[[nodiscard]] std::string_view to_word(remedy what);

struct diagnosis {
    remedy what = remedy::stop;
    std::string sqlstate;  // five characters, or empty if none is known

    friend bool operator==(const diagnosis&, const diagnosis&) = default;
};

// A failure that says itself what it is. Thrown where no libpqxx exception is at hand.
struct failure : std::runtime_error {
    failure(const std::string& text, diagnosis cause)
        : std::runtime_error(text), why(std::move(cause)) {}
    diagnosis why;
};

// Sorts what a ledger, leases or any other adapter over Postgres threw. Knows libpqxx's exceptions,
// `failure`, and asks nothing. Anything else is `stop`.
[[nodiscard]] diagnosis classify(const std::exception& thrown);

// The same in a word for logs: the SQLSTATE, or what is known where there is none.
[[nodiscard]] std::string cause_of(const std::exception& thrown);

// One line for the log: the SQLSTATE and the server's first line, never a value of a row.
[[nodiscard]] std::string scrubbed(const std::exception& thrown);

}  // namespace billhook::postgres
