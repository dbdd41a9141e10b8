#pragma once

#include "schemas/json/writer.hpp"
#include "tools/replay/divergences.hpp"
#include "worker/projections/comparison.hpp"

#include <cstdint>
#include <string>
#include <vector>

namespace billhook {

// What a comparison of the live projection with a built one found, to be shown.
struct comparison {
    std::string live;  // names
    std::string built;
    std::vector<row_difference> rows;
    std::vector<standing_divergence> standings;
    std::int64_t organizations = 0;  // compared
    balance balance_of_live;
    balance balance_of_built;
    // By one version of the fold. Of two, whose rules differ, `rows` are the journal's that one of
    // them lacks, and `standings` what a promote changes: no reason to call them unequal.
    bool same_fold = true;

    [[nodiscard]] bool is_equal() const;
    // The rows by table, then the organizations; the last line is their number.
    [[nodiscard]] std::string text() const;
    // Members of an object: organizations, rows, standings, balances.
    void put(json::writer& out) const;
};

}  // namespace billhook
