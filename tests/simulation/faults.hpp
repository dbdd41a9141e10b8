#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook::simulation {

// What goes wrong at a port call.
enum class fault {
    retry,          // a serialization failure: nothing happened, the connection lives
    broken,         // the connection broke before anything happened
    refused,        // no right, as the server says: what only a person mends
    lands_unknown,  // a COMMIT landed and its answer was lost; elsewhere as `broken`
    killed,         // the worker is gone: unlike anything that shipped code catches
    killed_landed,  // the same just after a COMMIT landed
};

// Ends a simulated worker. Nobody in shipped code knows it.
struct worker_killed {};

// Every port call of one worker asks here first. One thread.
class faults {
public:
    // Counts the call; nothing for most. `name` is the port's function.
    [[nodiscard]] std::optional<fault> meet(std::string_view name);

    // Call number `call` (from 0) meets `what`.
    void fail(std::size_t call, fault what);
    // Before call number `call` goes on, something else happens first: another worker, say.
    void interleave(std::size_t call, std::function<void()> what);

    // The same before every call.
    void interleave_all(std::function<void()> what) { always_ = std::move(what); }

    [[nodiscard]] std::size_t calls() const { return names_.size(); }
    [[nodiscard]] const std::string& name_of(std::size_t call) const { return names_[call]; }

private:
    std::vector<std::string> names_;
    std::optional<std::size_t> failing_;
    fault what_ = fault::retry;
    std::optional<std::size_t> interleaved_;
    std::function<void()> meanwhile_;
    std::function<void()> always_;
};

}  // namespace billhook::simulation
