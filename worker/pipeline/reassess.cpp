#include "worker/pipeline/reassess.hpp"

#include "worker/domain/assess.hpp"

#include <algorithm>
#include <iterator>

namespace billhook {

processed reassess(unit_of_work& unit, const locked_standings& touched) {
    processed result{.how = processed::ending::committed, .horizon = unit.horizon()};
    for (const locked_standings& piece : unit.pieces_of(touched)) {
        restated standings = assess_each(unit.load(piece), unit.plans(), unit.horizon());
        unit.store(standings);
        for (const standing& each : standings.standings) {
            result.restated.push_back(each.organization);
        }
        std::ranges::move(standings.became_unlisted, std::back_inserter(result.became_unlisted));
    }
    unit.commit();
    return result;
}

}  // namespace billhook
