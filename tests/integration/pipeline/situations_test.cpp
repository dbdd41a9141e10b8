// Each situation once through a real broker and a real database, all of them in one log.
#include "tests/situations/situations.hpp"

#include "tests/integration/pipeline/running_workers.hpp"
#include "tests/simulation/scenario.hpp"
#include "worker/pipeline/sweep.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <fmt/format.h>
#include <map>
#include <string>
#include <vector>

namespace billhook::testing {
namespace {

using namespace std::chrono_literals;

std::vector<message> messages_of(const situations::told_situation& told) {
    std::vector<message> all;
    if (told.row) {
        all.push_back(message_of(*told.row));
    }
    for (const auto& body : told.bodies) {
        const record said = simulation::published(body);
        all.push_back(
            {.topic = {}, .key = said.key, .value = said.body, .headers = headers_of(said)}
        );
    }
    return all;
}

// What the application reads, in the words of situations.hpp.
std::map<std::string, std::string> answers(builders::database& state) {
    std::map<std::string, std::string> found;
    for (const auto& row : state.rows(
             "SELECT organization_id, concat_ws(', ', coalesce(plan, '-'), subscription_status, "
             "access, reason, CASE WHEN in_dunning THEN 'in dunning' END, CASE WHEN stale THEN "
             "'stale' END, CASE WHEN unlisted THEN 'unlisted' END) || concat('; ', "
             "coalesce(billing.limit_of(organization_id, 'patients_max')::text, 'all'), "
             "' patients', CASE WHEN billing.can(organization_id, 'treatment_notes') THEN "
             "', notes' END) FROM billing.organization_access"
         )) {
        found.emplace(row[0].c_str(), row[1].c_str());
    }
    return found;
}

}  // namespace

TEST_CASE("situations: who was wronged elsewhere has the right answer in the application's view") {
    builders::database state;
    const builders::topic log(3);
    if (!state.usable() || !log.usable()) {
        return;
    }
    state.migrate();
    const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
    std::map<std::string, std::string> right;
    std::map<std::string, std::string> untold;  // steps, by organization
    std::vector<message> all;
    std::size_t number = 0;
    for (const auto& each : situations::situations()) {
        const auto told = situations::told(each, ++number, now);
        const auto said = messages_of(told);
        all.insert(all.end(), said.begin(), said.end());
        right.emplace(told.ours.text(), each.ours);
        untold.emplace(told.ours.text(), each.untold);
        if (!each.other.empty()) {
            right.emplace(told.other.text(), each.other);
        }
    }
    log.publish(all);
    const running_workers workers(state, log, {});
    REQUIRE(folded(state, log, workers, 60s));
    // What falls due before now is assessed by the clock.
    CHECK(eventually(workers, 30s, [&] { return answers(state) == right; }));
    CHECK(answers(state) == right);
    for (const auto& row :
         state.rows("SELECT organization, step FROM billhook.notices WHERE state = 'sent'")) {
        CHECK(row[1].c_str() != untold.at(row[0].c_str()));
    }
    CHECK(state.ask("SELECT count(*) FROM billhook.notices WHERE state = 'sent'") != "0");
}

}  // namespace billhook::testing
