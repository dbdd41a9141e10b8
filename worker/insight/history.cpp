#include "worker/insight/history.hpp"

#include "schemas/types/assert.hpp"
#include "worker/domain/assess.hpp"
#include "worker/domain/fold.hpp"
#include "worker/domain/unheard.hpp"

#include <algorithm>
#include <iterator>
#include <optional>
#include <set>
#include <string>
#include <tuple>
#include <utility>

namespace billhook {

namespace {

// The object that a fact speaks of; a decline has none of its own that counts.
std::string object_of(const stripe::decline_fact& fact) {
    return fact.invoice ? fact.invoice->text() : std::string{};
}
template <class Fact>
std::string object_of(const Fact& fact) {
    return fact.id.text();
}

template <class Fact>
received again(const Fact& fact, instant created) {
    stripe::event event;
    event.id = fact.event;
    event.object = object_of(fact);
    event.created = created;
    event.api_version = fact.api_version;
    event.said = fact;
    return {{}, created, endpoint_mode::both, std::move(event)};
}

// What was stored, as if it came anew; in any order, the fold does not mind.
std::vector<received> events_until(const organization_history& of, instant at) {
    std::vector<received> events;
    const auto take = [&](const auto& facts) {
        for (const auto& fact : facts) {
            if (fact.created <= at) {
                events.push_back(again(fact, fact.created));
            }
        }
    };
    take(of.customer_facts);
    take(of.subscription_facts);
    take(of.invoice_facts);
    for (const auto& session : of.checkout_sessions) {
        if (session.event_created <= at) {
            events.push_back(again(session, session.event_created));
        }
    }
    for (const auto& schedule : of.schedules) {
        if (schedule.event_created <= at) {
            events.push_back(again(schedule, schedule.event_created));
        }
    }
    for (const auto& decline : of.declines) {
        if (decline.created <= at) {
            received one = again(decline, decline.created);
            std::get<stripe::event>(one.what).customer = decline.customer;
            events.push_back(std::move(one));
        }
    }
    const auto take_records = [&](const auto& records) {
        for (const auto& record : records) {
            if (record.created <= at) {
                events.push_back({{}, record.created, endpoint_mode::both, record});
            }
        }
    };
    take_records(of.mappings);
    take_records(of.grants);
    return events;
}

void add_customers(organization_facts& to, const changes& folded) {
    std::set<std::string> owners;
    for (const auto& row : to.subscriptions) {
        if (row.state.customer) {
            owners.insert(row.state.customer->text());
        }
    }
    for (const auto& row : folded.customers) {
        const bool mapped = row.organization == to.organization;
        if (mapped || owners.contains(row.key)) {
            to.customers.push_back(
                {customer_id{row.key}, row.seen, mapped, row.state.created, row.deleted}
            );
        }
    }
}

void add_cases(organization_facts& to, const changes& folded) {
    std::set<std::string> members;
    for (const auto& row : to.subscriptions) {
        const auto cases = folded.cases.find(row.id);
        if (cases == folded.cases.end()) {
            continue;
        }
        for (const auto& one : cases->second) {
            to.cases.push_back(one);
            if (!one.ended_at) {
                members.insert(one.members.begin(), one.members.end());
            }
        }
    }
    for (const auto& row : folded.invoices) {
        if (members.contains(row.id.text())) {
            to.invoices.push_back(row);
        }
    }
}

void add_schedules(organization_facts& to, const changes& folded) {
    for (const auto& row : to.subscriptions) {
        std::ranges::copy_if(
            folded.schedules,
            std::back_inserter(to.schedules),
            [&](const stripe::schedule_fact& one) { return one.subscription == row.id; }
        );
    }
    std::ranges::sort(to.schedules, {}, [](const stripe::schedule_fact& one) {
        return std::tie(one.subscription, one.id);
    });
}

std::set<instant> instants_within(
    const organization_history& of,
    std::span<const policy_period> policies,
    instant from,
    instant to
) {
    std::set<instant> all;
    const auto take = [&](instant at) {
        if (from < at && at <= to) {
            all.insert(at);
        }
    };
    for (const auto& event : events_until(of, to)) {
        take(event.received_at);
    }
    for (const auto& period : policies) {
        take(period.from);
    }
    return all;
}

}  // namespace

organization_facts facts_at(const organization_history& of, instant at) {
    const auto events = events_until(of, at);
    known nothing;
    nothing.livemode = of.livemode;
    for (const auto& key : keys_of(events).customers) {
        nothing.customers[key].key = key;
    }
    const auto folded = fold(nothing, events);
    organization_facts facts;
    facts.organization = of.organization;
    for (const auto& row : folded.subscriptions) {
        if (row.organization == of.organization) {
            facts.subscriptions.push_back(row);
        }
    }
    add_cases(facts, folded);
    add_customers(facts, folded);
    add_schedules(facts, folded);
    for (const auto& record : folded.mappings) {
        if (record.organization == of.organization) {
            facts.mappings.push_back(record);
        }
    }
    for (const auto& record : folded.grants) {
        if (record.organization == of.organization) {
            facts.grants.push_back(record);
        }
    }
    std::ranges::sort(facts.mappings, {}, [](const mapping& one) {
        return std::tie(one.customer, one.id);
    });
    return facts;
}

standing standing_at(const organization_facts& facts, const catalogue& plans, instant at) {
    return is_unheard_of(facts) ? unheard_standing(facts.organization, plans, at)
                                : assess(facts, plans, at);
}

const catalogue& plans_at(std::span<const policy_period> policies, instant at) {
    BILLHOOK_ASSERT(!policies.empty());
    const policy_period* in_force = &policies.front();
    for (const auto& each : policies) {
        if (each.from <= at) {
            in_force = &each;
        }
    }
    return in_force->plans;
}

bool same_answer(standing a, standing b) {
    for (auto* const each : {&a, &b}) {
        each->as_of = instant{};
        each->next_change_at.reset();
        each->renewal = {};
        each->pending.reset();
    }
    return a == b;
}

std::vector<standing> course_of(
    const organization_history& of,
    std::span<const policy_period> policies,
    instant from,
    instant to
) {
    const auto instants = instants_within(of, policies, from, to);
    std::vector<standing> course;
    auto facts = facts_at(of, from);
    std::optional<instant> at = from;
    while (at) {
        auto one = standing_at(facts, plans_at(policies, *at), *at);
        const auto by_itself = one.next_change_at;
        if (course.empty() || !same_answer(course.back(), one)) {
            course.push_back(std::move(one));
        }
        const auto told = instants.upper_bound(*at);
        const bool clock_first =
            by_itself && *by_itself <= to && (told == instants.end() || *by_itself < *told);
        if (clock_first) {
            at = by_itself;
        } else if (told != instants.end()) {
            at = *told;
            facts = facts_at(of, *at);
        } else {
            at.reset();
        }
    }
    return course;
}

}  // namespace billhook
