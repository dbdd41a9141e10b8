#include "tools/simulator/comparison.hpp"

#include "tests/tools/simulator/plans_for_tests.hpp"
#include "tools/simulator/progress.hpp"

#include <doctest/doctest.h>

namespace billhook::simulator {
namespace {

using namespace std::chrono_literals;

TEST_CASE("comparison: an organization is judged at its own as_of and a missing one differs") {
    const auto plans = plans_for_tests();
    const auto begin = from_unix_seconds(1'790'000'000);
    std::vector<organization_life> lives(3);
    for (std::size_t at = 0; at < lives.size(); ++at) {
        lives[at].name = "trial";
        lives[at].organization = organization_id("org_" + std::to_string(at));
        lives[at].row = organization_row{begin, ""};
    }
    answer in_trial{"basic", "trial", "full", "trial"};
    in_trial.terms.trial_ends_at = begin + std::chrono::days{14};
    const answer over{"basic", "none", "none", "trial_over"};
    shown_answers shown;
    shown[organization_id("org_0")] = {in_trial, begin + std::chrono::days{14} - 1us};
    shown[organization_id("org_1")] = {in_trial, begin + std::chrono::days{14}};
    const auto made = compare(lives, plans, shown);
    CHECK(made.compared == 3);
    REQUIRE(made.differences.size() == 2);
    CHECK(made.differences[0].organization == organization_id("org_1"));
    CHECK(made.differences[0].expected == over);
    CHECK(made.differences[0].shown == in_trial);
    CHECK(made.differences[1].organization == organization_id("org_2"));
    CHECK(!made.differences[1].shown);
    CHECK(made.counts.at({"basic", "trial"}) == 2);
    const auto text = to_text(made);
    CHECK(text.find("org_1 (trial), as of 2026-") != std::string::npos);
    CHECK(text.find("shown:    nothing") != std::string::npos);
}

TEST_CASE("progress: rate and time left") {
    CHECK(progress_text(0, 100, 0s) == "0 of 100, 0/s");
    CHECK(progress_text(50, 100, 10s) == "50 of 100, 5/s, 10 s left");
    CHECK(progress_text(80, 100, 10s, 30) == "80 of 100, 5/s, 4 s left");
    CHECK(progress_text(100, 100, 10s) == "100 of 100, 10/s");
}

}  // namespace
}  // namespace billhook::simulator
