#include "tests/builders/corpus.hpp"

#include "schemas/stripe/event.hpp"
#include "tests/builders/living.hpp"
#include "tests/permutations/walk.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <vector>

// What was recorded, through the parser and the fold.
namespace billhook {

namespace {

using builders::corpus_files;
using builders::memory_projection;

const instant now = builders::day("d200 00:00");
const catalogue plans = builders::example_plans();

received as_received(stripe::event event) {
    const auto at = event.created.value_or(instant{});
    return {{}, at, endpoint_mode::both, std::move(event)};
}

// In any order and cut into any batches; some ids are a placeholder that hundreds of events share.
memory_projection folded(std::vector<received> events, bool livemode, unsigned seed) {
    std::mt19937 random{seed};
    std::shuffle(events.begin(), events.end(), random);
    memory_projection tables{livemode};
    for (std::size_t from = 0; from < events.size();) {
        const auto size = std::min<std::size_t>(1 + random() % 120, events.size() - from);
        builders::fold_in(tables, std::span{events}.subspan(from, size), plans, now);
        from += size;
    }
    builders::assess_all(tables, plans, now);
    return tables;
}

std::int64_t deliveries(const memory_projection& tables) {
    std::int64_t all = 0;
    for (const auto& [id, row] : tables.journal()) {
        all += row.deliveries;
    }
    return all;
}

struct known_end {
    const char* sequence;
    const char* object;  // a subscription, or an invoice
    const char* status;
};

// As the sequences' own READMEs have it. In the last one, whose stream contradicts itself, a
// deletion is older than what follows it: terminal comes before all others.
constexpr known_end known_ends[] = {
    {"checkout_new_subscription_2022-11-15",             "in_1MhUT5E0b6fckueSfPlY05Fw",  "paid"    },
    {"create_pay_delete_2024-06-20",                     "sub_1Q6pnyHWdrSF9AyBO5l15rNi", "canceled"},
    {"incomplete_becomes_active_2019-12-03",             "sub_GiX3TpyO37x5BW",           "active"  },
    {"one_customer_across_versions_2015",                "sub_5zX7ha6aVZ6Xeh",           "active"  },
    {"renewal_goes_past_due_then_canceled_2024-10-28",   "sub_1QP6g6KvFeX4s4udFvSJLuTa", "canceled"},
    {"subscription_created_then_deleted_2020-03-02",     "sub_JdIzvfy6o5GZRd",           "canceled"},
    {"same_subscription_contradictory_order_2019-12-03", "sub_GiX3TpyO37x5BW",           "canceled"},
};

permutations::story recorded_story(const std::string& sequence) {
    permutations::story one{sequence, {}, now};
    for (const auto& file : corpus_files("sequences/" + sequence)) {
        auto parsed = stripe::parse_event(builders::contents(file));
        REQUIRE(parsed.has_value());
        const auto created = *parsed->created;
        // A projection takes one mode, and these were recorded in either.
        parsed->livemode = false;
        one.events.push_back({file.stem().string(), created, as_received(std::move(*parsed))});
    }
    return one;
}

std::string status_of(const memory_projection& tables, const std::string& object) {
    const auto& subscriptions = tables.subscriptions();
    const auto& invoices = tables.invoices();
    if (const auto at = subscriptions.find(subscription_id{object}); at != subscriptions.end()) {
        return at->second.deleted ? "canceled" : at->second.state.status;
    }
    const auto at = invoices.find(invoice_id{object});
    return at == invoices.end() ? "none" : at->second.state.status;
}

}  // namespace

TEST_CASE("corpus: every recorded event is folded and in any order to the same tables (I4 I5)") {
    std::vector<received> events;
    std::size_t refused = 0;
    for (const auto& file : corpus_files(".")) {
        CAPTURE(file.filename().string());
        const auto body = builders::contents(file);
        auto parsed = stripe::parse_event(body);
        if (parsed) {
            events.push_back(as_received(std::move(*parsed)));
        } else {
            CHECK(builders::mutilation_of(body) == parsed.error());
            ++refused;
        }
    }
    if (events.empty()) {
        return;
    }
    for (const bool livemode : {false, true}) {
        const auto first = folded(events, livemode, 0);
        CHECK(deliveries(first) == static_cast<std::int64_t>(events.size()));
        for (unsigned seed = 1; seed < 6; ++seed) {
            CAPTURE(seed);
            CHECK(folded(events, livemode, seed).dump() == first.dump());
        }
        MESSAGE(
            (livemode ? "live: " : "test: "),
            first.journal().size(),
            " event ids, ",
            first.subscriptions().size(),
            " subscriptions, ",
            first.invoices().size(),
            " invoices"
        );
    }
    MESSAGE(events.size(), " events, ", refused, " mutilated");
}

TEST_CASE("corpus: every recorded sequence ends as it is known to end in every order (I4)") {
    for (const auto& [sequence, object, status] : known_ends) {
        CAPTURE(sequence);
        const auto one = recorded_story(sequence);
        if (one.events.empty()) {
            return;
        }
        memory_projection tables;
        for (const auto& event : one.events) {
            builders::fold_in(tables, std::span{&event.what, 1}, plans, now);
        }
        CHECK(status_of(tables, object) == status);
        const permutations::breadth how{.largest_batch = 2};
        const auto walked = permutations::walk(one, how);
        CHECK(walked.failures.empty());
        CHECK(walked.ways == permutations::ways_of(one.events.size(), how));
    }
}

}  // namespace billhook
