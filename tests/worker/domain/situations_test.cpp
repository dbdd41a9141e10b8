#include "tests/situations/situations.hpp"

#include "schemas/stripe/event.hpp"
#include "tests/builders/life.hpp"
#include "tests/builders/living.hpp"
#include "tests/builders/memory_projection.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <fmt/format.h>
#include <random>
#include <string>
#include <vector>

namespace billhook {
namespace {

using builders::memory_projection;
using situations::told_situation;

constexpr instant end = from_unix_seconds(1'790'000'000);

std::string words_of(const memory_projection& tables, const organization_id& organization) {
    const auto at = tables.standings().find(organization);
    if (at == tables.standings().end()) {
        return "";
    }
    const standing& is = at->second;
    const auto patients = std::get<std::int64_t>(is.features.at("patients_max"));
    return fmt::format(
        "{}, {}, {}, {}{}{}{}; {} patients{}",
        is.plan.value_or("-"),
        is.subscription_status,
        to_word(is.access),
        to_word(is.why),
        is.in_dunning ? ", in dunning" : "",
        is.stale ? ", stale" : "",
        is.unlisted_prices.empty() ? "" : ", unlisted",
        patients < 0 ? "all" : std::to_string(patients),
        std::get<bool>(is.features.at("treatment_notes")) ? ", notes" : ""
    );
}

std::vector<received> records_of(const told_situation& told) {
    std::vector<received> all;
    if (told.row) {
        all.push_back({.at = {}, .received_at = end, .what = *told.row});
    }
    for (const auto& body : told.bodies) {
        auto event = stripe::parse_event(body);
        REQUIRE(event.has_value());
        all.push_back({.at = {}, .received_at = end, .what = *std::move(event)});
    }
    return all;
}

// A record a batch, as late as can be.
memory_projection folded(std::vector<received> arriving) {
    memory_projection tables;
    for (std::size_t offset = 0; offset < arriving.size(); ++offset) {
        arriving[offset].at = {"stripe.events", 0, static_cast<std::int64_t>(offset)};
        builders::fold_in(tables, {&arriving[offset], 1}, builders::example_plans(), end);
    }
    return tables;
}

// Once to three times each.
std::vector<received> shuffled(const std::vector<received>& all, unsigned seed) {
    std::mt19937 random{seed};
    std::vector<received> arriving;
    for (const auto& each : all) {
        arriving.insert(arriving.end(), 1 + random() % 3, each);
    }
    std::ranges::shuffle(arriving, random);
    return arriving;
}

TEST_CASE("situations: who was wronged elsewhere has the right answer in every order") {
    std::size_t number = 0;
    for (const auto& each : situations::situations()) {
        CAPTURE(each.name);
        const auto told = situations::told(each, ++number, end);
        const auto all = records_of(told);
        std::vector<std::vector<received>> orders{
            all, {all.rbegin(), all.rend()}
        };
        for (unsigned seed = 1; seed <= 20; ++seed) {
            orders.push_back(shuffled(all, seed));
        }
        for (std::size_t order = 0; order < orders.size(); ++order) {
            CAPTURE(order);  // as it happened, reversed, shuffled
            const auto tables = folded(orders[order]);
            CHECK(words_of(tables, told.ours) == each.ours);
            CHECK(words_of(tables, told.other) == each.other);
        }
    }
}

TEST_CASE("situations: who has just upgraded is not told of an end") {
    std::size_t number = 0;
    for (const auto& each : situations::situations()) {
        CAPTURE(each.name);
        const auto tables = folded(records_of(situations::told(each, ++number, end)));
        for (const auto& sent : tables.sent()) {
            CHECK(sent.step != each.untold);
        }
    }
}

}  // namespace
}  // namespace billhook
