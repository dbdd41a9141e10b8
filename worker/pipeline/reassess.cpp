#include "worker/pipeline/reassess.hpp"

#include "worker/domain/assess.hpp"

#include <utility>

namespace billhook {

processed reassess(unit_of_work& unit, const locked_standings& touched) {
    restated standings = assess_each(unit.load(touched), unit.plans(), unit.horizon());
    processed result{.how = processed::ending::committed, .horizon = unit.horizon()};
    unit.store(standings);
    unit.commit();
    for (const standing& each : standings.standings) {
        result.restated.push_back(each.organization);
    }
    result.became_unlisted = std::move(standings.became_unlisted);
    return result;
}

}  // namespace billhook
