#include "worker/domain/notices.hpp"

#include "worker/domain/counting.hpp"
#include "worker/domain/grant_ending.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/subscription_standing.hpp"

#include <algorithm>
#include <chrono>
#include <fmt/format.h>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace billhook {

namespace {

constexpr std::string_view recovered_step = "recovered";
constexpr std::string_view canceled_step = "canceled";

std::string name_of(std::chrono::seconds step) {
    return step == std::chrono::seconds::zero() ? "0d" : to_text(step);
}

// Which members have a step recorded. One that is due in this very look is as good as recorded: two
// ended cases may share an invoice.
struct recorded_for {
    std::vector<std::string> lacking;
    bool any = false;  // some member has it
};

notice_kind kind_of(
    std::chrono::seconds step,
    const dunning_policy& policy,
    const dunning_case& open
) {
    if (step == std::chrono::seconds::zero()) {
        return open.action_required ? notice_kind::action_required : notice_kind::payment_failed;
    }
    if (step == policy.grace + policy.restricted) {
        return notice_kind::access_removed;
    }
    if (step == policy.grace) {
        return notice_kind::access_restricted;
    }
    const auto& listed = policy.notices;
    const auto end = std::lower_bound(listed.begin(), listed.end(), policy.grace);
    return end != listed.begin() && *std::prev(end) == step ? notice_kind::final_warning
                                                            : notice_kind::reminder;
}

bool says_what_is(notice_kind kind) {
    return kind == notice_kind::access_restricted || kind == notice_kind::access_removed;
}

bool speaks_of_access(notice_kind kind) {
    return kind == notice_kind::final_warning || says_what_is(kind);
}

bool is_open(const invoice_row& row) {
    const auto& status = row.state.status;
    return status != "paid" && status != "void" && status != "uncollectible";
}

// The members that are invoices, without those of which it is known that nothing is to be paid.
std::vector<notice::open_invoice> open_invoices(
    const organization_facts& facts,
    const dunning_case& open
) {
    std::vector<notice::open_invoice> all;
    for (const auto& member : open.members) {
        if (member.starts_with(open.subscription.text() + "@")) {
            continue;  // stands for a fact that named no invoice
        }
        notice::open_invoice one{invoice_id{member}, std::nullopt};
        const auto row = std::find_if(
            facts.invoices.begin(),
            facts.invoices.end(),
            [&](const invoice_row& each) { return each.id == one.id; }
        );
        if (row != facts.invoices.end()) {
            if (!is_open(*row)) {
                continue;
            }
            const auto& state = row->state;
            const auto amount = state.amount_remaining ? state.amount_remaining : state.amount_due;
            if (amount && state.currency) {
                one.amount_remaining = money{*amount, *state.currency};
            }
        }
        all.push_back(std::move(one));
    }
    return all;
}

class notices_of {
public:
    notices_of(
        const organization_facts& facts,
        const catalogue& plans,
        std::span<const subscription_standing> all,
        const subscription_standing& of,
        bool decides,
        instant now
    )
        : facts_(facts),
          plans_(plans),
          all_(all),
          of_(of),
          speaks_(decides && !(plans.fallback_plan && of.access == access_level::none)),
          now_(now) {}

    std::vector<due_notice> take() {
        if (of_.sends != nullptr) {
            add_steps(*of_.sends);
        }
        if (!of_.quiet) {
            for (const auto& one : of_.cases) {
                add_recovered(one);
            }
        }
        add_canceled();
        add_trial_ending();
        return std::move(due_);
    }

private:
    [[nodiscard]] bool is_recorded(const std::string& member, std::string_view step) const {
        return std::ranges::any_of(facts_.recorded, [&](const recorded_notice& one) {
            return one.subscription == of_.row->id && one.member == member && one.step == step;
        });
    }

    [[nodiscard]] recorded_for look_up(std::span<const std::string> members, std::string_view step)
        const {
        recorded_for all;
        for (const auto& member : members) {
            if (is_recorded(member, step)) {
                all.any = true;
            } else {
                all.lacking.push_back(member);
            }
        }
        return all;
    }

    [[nodiscard]] notice about(notice_kind kind, std::string_view step, instant anchor) const {
        notice one;
        one.id = notice_id(of_.row->id, anchor, step);
        one.kind = kind;
        one.step = step;
        one.organization = facts_.organization;
        one.subscription = of_.row->id;
        one.customer = of_.row->state.customer;
        if (of_.plan) {
            one.plan = plans_.plans[*of_.plan].key;
        }
        return one;
    }

    void record(notice told, std::span<const std::string> members, notice_state how) {
        due_notice one{told.id, told.kind, std::nullopt, {}};
        for (const auto& member : members) {
            one.rows.push_back({of_.row->id, member, told.step, how});
        }
        if (how == notice_state::sent) {
            one.sent = std::move(told);
        }
        due_.push_back(std::move(one));
    }

    [[nodiscard]] bool is_past(instant due) const {
        return is_no_news(facts_, of_.policy, due, now_);
    }

    // The steps that are due, but those that speak of an access that the organization does not
    // have: they wait until this subscription comes to count, no grant gives access, and there is
    // no plan to fall back to.
    [[nodiscard]] std::vector<std::chrono::seconds> due_steps(const dunning_case& open) const {
        std::vector<std::chrono::seconds> due;
        for (const auto step : of_.policy.steps()) {
            const bool true_of_it = speaks_ || !speaks_of_access(kind_of(step, of_.policy, open));
            if (true_of_it && of_.steps_from + step + of_.policy.settle <= now_) {
                due.push_back(step);
            }
        }
        return due;
    }

    // Of several the latest speaks for them all. Where that was told while another subscription
    // counted, the latest that says what the access is now.
    [[nodiscard]] std::optional<std::chrono::seconds> step_to_send(
        const dunning_case& open,
        std::span<const std::chrono::seconds> due
    ) const {
        const auto is_new = [&](std::chrono::seconds step) {
            return !look_up(open.members, name_of(step)).any;
        };
        if (due.empty()) {
            return std::nullopt;
        }
        const auto says_access = [&](std::chrono::seconds step) {
            return says_what_is(kind_of(step, of_.policy, open));
        };
        const auto stands = std::find_if(due.rbegin(), due.rend(), says_access);
        const auto at = is_new(due.back()) ? due.back()
                        : stands != due.rend() && is_new(*stands)
                            ? *stands
                            : std::optional<std::chrono::seconds>{};
        if (!at) {
            return at;
        }
        const auto fell_due = of_.steps_from + *at + of_.policy.settle;
        const bool state_of_now = stands != due.rend() && *at == *stands &&
                                  !(facts_.notices_since && fell_due < *facts_.notices_since);
        return state_of_now || !is_past(fell_due) ? at : std::nullopt;
    }

    void add_steps(const dunning_case& open) {
        const auto due = due_steps(open);
        const auto sends = step_to_send(open, due);
        for (const auto step : due) {
            const auto name = name_of(step);
            const auto has = look_up(open.members, name);
            if (has.lacking.empty()) {
                continue;
            }
            auto told = about(kind_of(step, of_.policy, open), name, open.anchor);
            told.case_anchor = open.anchor;
            told.grace_until = of_.grace_until;
            if (!plans_.fallback_plan) {  // else access does not end there
                told.restricted_until = of_.restricted_until;
            }
            told.invoices = open_invoices(facts_, open);
            const auto how = has.any         ? notice_state::covered
                             : sends == step ? notice_state::sent
                                             : notice_state::skipped;
            record(std::move(told), has.lacking, how);
        }
    }

    [[nodiscard]] bool was_told(const dunning_case& one) const {
        return std::any_of(
            facts_.recorded.begin(),
            facts_.recorded.end(),
            [&](const recorded_notice& row) {
                return row.subscription == one.subscription && row.state == notice_state::sent &&
                       row.step != recovered_step &&
                       std::binary_search(one.members.begin(), one.members.end(), row.member);
            }
        );
    }

    // What was told of such a member may have been told for the later case.
    [[nodiscard]] bool goes_on_later(const dunning_case& one) const {
        return std::ranges::any_of(of_.cases, [&](const dunning_case& other) {
            return other.anchor > one.anchor &&
                   std::ranges::any_of(other.members, [&](const std::string& member) {
                       return std::ranges::binary_search(one.members, member);
                   });
        });
    }

    // Only for who was told of the failure, and not where the end is a cancellation.
    void add_recovered(const dunning_case& one) {
        const bool well = one.paid || (of_.status == "active" && !one.forgiven);
        if (!one.ended_at || !well || !was_told(one) || goes_on_later(one)) {
            return;
        }
        const auto has = look_up(one.members, recovered_step);
        if (has.any || has.lacking.empty()) {
            return;
        }
        auto told = about(notice_kind::recovered, recovered_step, one.anchor);
        told.case_anchor = one.anchor;
        record(std::move(told), has.lacking, sent_unless(is_past(*one.ended_at)));
    }

    static notice_state sent_unless(bool idle) {
        return idle ? notice_state::skipped : notice_state::sent;
    }

    void add_once(notice told, notice_state how) {
        const std::vector<std::string> itself{of_.row->id.text()};
        if (!look_up(itself, told.step).any) {
            record(std::move(told), itself, how);
        }
    }

    // Not to who has another subscription: the end of this one is then part of a change.
    void add_canceled() {
        const auto& ended_at = of_.row->ended_at;
        if (of_.status != "canceled" || !of_.row->begun || !ended_at ||
            now_ < *ended_at + of_.policy.settle) {
            return;
        }
        const bool goes_on = std::ranges::any_of(all_, &subscription_standing::alive);
        add_once(
            about(notice_kind::canceled, canceled_step, {}),
            sent_unless(goes_on || is_past(*ended_at + of_.policy.settle))
        );
    }

    void add_trial_ending() {
        const auto& end = of_.row->state.trial_end;
        if (of_.status != "trialing" || of_.why == reason::ended || !end || *end <= now_ ||
            now_ < *end - trial_warning) {
            return;
        }
        const auto step = fmt::format("trial_ending@{}", to_unix_seconds(*end));
        auto told = about(notice_kind::trial_ending, step, {});
        told.trial_end = end;
        add_once(std::move(told), sent_unless(is_past(*end - trial_warning)));
    }

    const organization_facts& facts_;
    const catalogue& plans_;
    std::span<const subscription_standing> all_;
    const subscription_standing& of_;
    bool speaks_;  // its access is the organization's
    instant now_;
    std::vector<due_notice> due_;
};

}  // namespace

bool is_no_news(
    const organization_facts& facts,
    const dunning_policy& policy,
    instant due,
    instant now
) {
    return (facts.notices_since && due < *facts.notices_since) ||
           due + policy.notices_max_age < now;
}

std::vector<due_notice> due_notices(
    const organization_facts& facts,
    const catalogue& plans,
    instant now
) {
    std::vector<due_notice> all;
    const auto each = standings_of_each(facts, plans, now);
    const auto trial_end = trial_end_of(facts, plans);
    const auto* counts = counting(each, trial_end && now < *trial_end);
    const bool given = given_by(facts.grants, plans, now).full_access;
    for (const auto& one : each) {
        const bool decides = &one == counts && !given;
        auto due = notices_of(facts, plans, each, one, decides, now).take();
        std::move(due.begin(), due.end(), std::back_inserter(all));
    }
    std::ranges::move(grant_endings(facts, plans, each, counts, now), std::back_inserter(all));
    return all;
}

}  // namespace billhook
