#include "worker/insight/explain.hpp"

#include "worker/domain/snapshot.hpp"
#include "worker/domain/unheard.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/forecast.hpp"
#include "worker/insight/why.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <tuple>
#include <utility>

namespace billhook {

namespace {

// How far `next` looks for the first change: longer than any case and any trial.
constexpr std::chrono::days far{400};

// Within a second in the order in which Stripe makes such objects; the fact that holds a
// subscription's last state of the second closes it.
struct place_in_order {
    instant at{};
    int kind = 0;
    std::int64_t progress = 0;  // of an invoice: Stripe only moves it forward
    bool last_of_second = false;
    event_id event;
    auto operator<=>(const place_in_order&) const = default;
};

std::int64_t progress_of(const stripe::invoice_state& state) {
    const auto& status = state.status;
    const int rank = status == "draft" ? 0 : status == "open" ? 1 : status == "paid" ? 3 : 2;
    return rank * 1'000 + std::min<std::int64_t>(state.attempt_count, 999);
}

class teller {
public:
    teller(const organization_history& of, const catalogue& plans, instant at)
        : of_(of), plans_(plans), until_(at) {}

    std::vector<timeline_row> rows() {
        for (const auto& fact : of_.customer_facts) {
            add(fact, {fact.created, 0, 0, false, fact.event}, to_words(fact));
        }
        for (const auto& fact : of_.checkout_sessions) {
            add(fact, {fact.event_created, 1, 0, false, fact.event}, to_words(fact));
        }
        for (const auto& fact : of_.schedules) {
            add(fact, {fact.event_created, 2, 0, false, fact.event}, to_words(fact, plans_));
        }
        for (const auto& fact : of_.invoice_facts) {
            add(fact, {fact.created, 3, progress_of(fact.state), false, fact.event}, to_words(fact)
            );
        }
        for (const auto& fact : of_.declines) {
            if (fact.created <= until_) {
                auto row = row_of(fact.event, fact.created, to_words(fact));
                row.object = fact.invoice ? own_part(*fact.invoice) : own_part(fact.customer);
                rows_.emplace_back(place_in_order{row.at, 3, 0, false, fact.event}, std::move(row));
            }
        }
        const auto last = last_of_seconds();
        for (const auto& fact : of_.subscription_facts) {
            const bool closes = last.contains(fact.event);
            add(fact, {fact.created, 4, 0, closes, fact.event}, to_words(fact, plans_));
        }
        for (const auto& record : of_.mappings) {
            if (record.created <= until_) {
                auto row = row_of(record.id, record.created, to_words(record));
                row.object = record.organization   ? record.organization->text()
                             : record.subscription ? own_part(*record.subscription)
                                                   : own_part(*record.customer);
                rows_.emplace_back(place_in_order{row.at, 2, 0, false, record.id}, std::move(row));
            }
        }
        for (const auto& record : of_.grants) {
            if (record.created <= until_) {
                auto row = row_of(record.id, record.created, to_words(record));
                row.object = record.organization.text();
                rows_.emplace_back(place_in_order{row.at, 2, 0, false, record.id}, std::move(row));
            }
        }
        std::ranges::sort(rows_, {}, [](const auto& each) { return each.first; });
        std::vector<timeline_row> ordered;
        for (auto& [place, row] : rows_) {
            ordered.push_back(std::move(row));
        }
        return ordered;
    }

private:
    std::set<event_id> last_of_seconds() const {
        std::map<subscription_id, std::vector<stripe::subscription_fact>> each;
        for (const auto& fact : of_.subscription_facts) {
            each[fact.id].push_back(fact);
        }
        std::set<event_id> last;
        for (const auto& [id, facts] : each) {
            for (const auto& second : last_of_each_second(facts)) {
                last.insert(second.fact->event);
            }
        }
        return last;
    }

    timeline_row row_of(const event_id& event, instant created, std::string words) const {
        timeline_row row;
        row.at = created;
        row.event = event;
        row.words = std::move(words);
        if (const auto known = of_.journal.find(event); known != of_.journal.end()) {
            row.type = known->second.type;
            row.received_at = known->second.received_at;
        }
        return row;
    }

    template <class Fact>
    void add(const Fact& fact, const place_in_order& place, const std::string& words) {
        if (place.at <= until_) {
            auto row = row_of(fact.event, place.at, words);
            row.object = own_part(fact.id);
            rows_.emplace_back(place, std::move(row));
        }
    }

    const organization_history& of_;
    const catalogue& plans_;
    instant until_;
    std::vector<std::pair<place_in_order, timeline_row>> rows_;
};

// Before the first event nobody knew the organization, so there is nothing to tell.
void add_standings(std::vector<timeline_row>& rows, std::vector<standing> course) {
    for (auto& one : course) {
        timeline_row row;
        row.at = one.as_of;
        row.words = in_short(one);
        row.became = std::move(one);
        const auto behind = std::ranges::upper_bound(rows, row.at, {}, &timeline_row::at);
        rows.insert(behind, std::move(row));
    }
}

std::string next_of(const outlook& coming) {
    for (const auto& step : coming.steps) {
        if (step.changed) {
            return fmt::format(
                "If no event comes, from {} on: {}.", to_words(step.then.as_of), in_short(step.then)
            );
        }
    }
    return "Nothing changes by itself.";
}

}  // namespace

explanation explain(
    const organization_history& of,
    std::span<const policy_period> policies,
    const explained_moment& moment
) {
    const auto at = moment.at;
    const auto& plans = plans_at(policies, at);
    const auto facts = facts_at(of, moment.known_until);
    explanation all;
    all.now = standing_at(facts, plans, at);
    all.why = why(all.now, facts, plans);
    all.next = next_of(is_unheard_of(facts) ? outlook{} : forecast(facts, plans, at, at + far));
    all.timeline = teller(of, plans, moment.known_until).rows();
    if (!all.timeline.empty()) {
        auto course = course_of(of, policies, std::min(all.timeline.front().at, at), at);
        if (!same_answer(course.back(), all.now)) {
            course.push_back(all.now);
        }
        add_standings(all.timeline, std::move(course));
    }
    return all;
}

}  // namespace billhook
