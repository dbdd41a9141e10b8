#include "worker/pipeline/reassess.hpp"

#include "worker/domain/assess.hpp"

namespace billhook {

processed reassess(unit_of_work& unit, const locked_standings& touched) {
    const restated standings = assess_each(unit.load(touched), unit.plans(), unit.horizon());
    processed result{.how = processed::ending::committed, .horizon = unit.horizon()};
    unit.store(standings);
    unit.commit();
    for (const standing& each : standings.standings) {
        result.restated.push_back(each.organization);
    }
    return result;
}

}  // namespace billhook
