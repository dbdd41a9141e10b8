#include "worker/insight/forecast.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/notices.hpp"
#include "worker/domain/subscription_standing.hpp"
#include "worker/insight/fact_words.hpp"
#include "worker/insight/history.hpp"

#include <algorithm>
#include <utility>

namespace billhook {

namespace {

// As a worker would: what is sent now is recorded, so that no later step sends it again.
std::vector<notice> tell(organization_facts& facts, const catalogue& plans, instant at) {
    std::vector<notice> sent;
    for (auto& due : due_notices(facts, plans, at)) {
        std::ranges::move(due.rows, std::back_inserter(facts.recorded));
        if (due.sent) {
            sent.push_back(*std::move(due.sent));
        }
    }
    return sent;
}

std::vector<expected_renewal> renewals_within(
    const organization_facts& facts,
    const catalogue& plans,
    instant from,
    instant to
) {
    std::vector<expected_renewal> all;
    for (const auto& one : standings_of_each(facts, plans, from)) {
        const auto& at = one.renewal.renews_at;
        const bool renews = (one.status == "active" || one.status == "trialing") && !one.in_dunning;
        if (renews && at && from < *at && *at <= to) {
            const auto grace_until = *at + one.policy.grace;
            all.push_back(
                {one.row->id,
                 *at,
                 grace_until,
                 grace_until + one.policy.restricted,
                 one.policy.exempt}
            );
        }
    }
    std::ranges::sort(all, {}, &expected_renewal::at);
    return all;
}

std::vector<expected_end> ends_within(const organization_facts& facts, instant from, instant to) {
    std::vector<expected_end> all;
    for (const auto& one : courses_of(facts.grants, from)) {
        if (one.in_force && one.ends && *one.ends <= to) {
            all.push_back({one.what->id, *one.ends, gift_in_words(*one.what)});
        }
    }
    std::ranges::sort(all, {}, &expected_end::at);
    return all;
}

}  // namespace

outlook forecast(organization_facts facts, const catalogue& plans, instant from, instant to) {
    outlook all;
    all.renewals = renewals_within(facts, plans, from, to);
    all.ends = ends_within(facts, from, to);
    std::optional<instant> at = from;
    while (at && *at <= to) {
        forecast_step step;
        step.then = assess(facts, plans, *at);
        step.changed = !all.steps.empty() && !same_answer(all.steps.back().then, step.then);
        step.sent = tell(facts, plans, *at);
        at = step.then.next_change_at;
        all.steps.push_back(std::move(step));
    }
    return all;
}

}  // namespace billhook
