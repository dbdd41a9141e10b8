#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace billhook {

// A run of neighbouring records of a batch, to be passed in one transaction.
struct piece {
    std::size_t first = 0;
    std::size_t count = 0;
    // Not empty: the piece is a single record that the database refused twice; it is to be passed
    // as a dead letter with this reason.
    std::string dead_reason;

    friend bool operator==(const piece&, const piece&) = default;
};

// Cuts a batch until the record that the database refuses stands alone. A value: what happened goes
// in, what to try next comes out, always from the front, so that offsets only ever go up.
class bisection {
public:
    explicit bisection(std::size_t records);

    // What to try now; nullopt when everything was passed.
    [[nodiscard]] std::optional<piece> next() const;
    // The piece was committed.
    void committed();
    // The database refused the piece for what is in it (SQLSTATE 22, 23, 21, 54). Several records:
    // they are halved. One: it is tried again, and is dead if it is refused with the same state.
    // False: even its dead letter was refused, there is nothing left to try.
    [[nodiscard]] bool refused(std::string_view sqlstate);
    // The piece took too long (57014): halved. False: it is a single record, which is only ever
    // tried again and never dead.
    bool too_slow();
    // How often a piece was cut, for the metric.
    [[nodiscard]] std::size_t cuts() const { return cuts_; }

private:
    struct part {
        std::size_t count = 0;
        std::string refused_with;
        bool dead = false;
    };
    bool cut();

    std::size_t first_ = 0;
    std::vector<part> parts_;  // the next one last
    std::size_t cuts_ = 0;
};

}  // namespace billhook
