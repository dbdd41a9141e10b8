#pragma once

#include "tests/builders/life.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

// Every way in which the events of a short story can arrive: all orders, all ways to cut them into
// batches, no event twice or any one event twice at any two places.
namespace billhook::permutations {

// At most this many events; a story's events stand in a set of bits.
inline constexpr std::size_t longest_story = 12;

struct story {
    std::string name;
    std::vector<builders::life_event> events;
    instant now{};  // the final horizon, the same for all ways
};

// How the horizon goes while a story is told.
enum class time_passes : std::uint8_t {
    at_the_end,  // it is `now` from the first batch on
    meanwhile,  // from a day before the story in equal steps to `now`, a step an event that is new,
                // and after each batch the clock assesses whoever is due
};

struct breadth {
    std::size_t largest_batch = longest_story + 1;  // deliveries
    bool twice = true;                              // also every event twice
    time_passes horizon = time_passes::at_the_end;
};

struct walked {
    std::uint64_t ways = 0;     // orders x cuts x duplicates that were covered
    std::uint64_t batches = 0;  // that were folded for it
    std::uint64_t states = 0;   // different ones that were met
    // Empty if the proof holds; else a way and what is wrong there, "f1 f2 | o1: ...": first what
    // came in one batch, then what came in the next.
    std::vector<std::string> failures;
};

// Told how much of the walk is done, from 0 to 1, never less than before.
using teller = std::function<void(double done)>;

// Nothing of the claim is assumed: every batch is folded by the worker's own rules over the tables
// that the batches before it left. Two ways that have delivered the same events go on as one only
// if all their tables are equal in every column; the fold is a function of those tables and of the
// batch, so whatever comes later is the same for both. Checked are:
//  I4: the tables after equal sets of events are equal (in the columns that I4 names), at the end
//      and on the way;
//  I5: the journal's deliveries count every delivery;
//  I6: no member of a case is told of a step of which it was told before;
//  I11: every standing is what its facts say at its own as_of.
// Stops at the first failure.
[[nodiscard]] walked walk(
    const story& what,
    const breadth& how,
    const teller& tell = [](double) {}
);

// How many ways there are, by arithmetic: what `walked::ways` must be.
[[nodiscard]] std::uint64_t ways_of(std::size_t events, const breadth& how);

}  // namespace billhook::permutations
