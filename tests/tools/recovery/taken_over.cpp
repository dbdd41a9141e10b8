#include "tests/tools/recovery/taken_over.hpp"

#include "tools/recovery/foretold.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <string>

namespace billhook::simulator {

adoption_report taken_over(const taking_over& with) {
    memory_holdings ours(with.worker.projection);
    memory_journal books(with.worker.projection);
    adoption_report report;
    const auto end = adopt(
        {.from = with.from,
         .books = books,
         .ours = ours,
         .time = with.time,
         .folded = with.folded,
         .release =
             [&with](spool& waiting) {
                 release(waiting, with.into, [](std::size_t) {});
                 return true;
             },
         .watch = [](const std::string&, const std::string&) {}},
        {},
        report
    );
    CHECK(end == adoption_end::done);
    return report;
}

adoption_report taken_over(stripe::client& from, memory_worker& worker, clock& time) {
    return taken_over({.from = from, .worker = worker, .time = time, .into = worker});
}

}  // namespace billhook::simulator
