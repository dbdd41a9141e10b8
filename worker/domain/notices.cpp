#include "worker/domain/notices.hpp"

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
        const subscription_standing& of,
        instant now
    )
        : facts_(facts), plans_(plans), of_(of), now_(now) {}

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
        const auto is_it = [&](const recorded_notice& one) {
            return one.subscription == of_.row->id && one.member == member && one.step == step;
        };
        return std::ranges::any_of(facts_.recorded, is_it) ||
               std::ranges::any_of(due_, [&](const due_notice& now) {
                   return std::ranges::any_of(now.rows, is_it);
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

    // Steps that fell due while nobody looked collapse: the latest speaks for them all.
    void add_steps(const dunning_case& open) {
        const auto& policy = of_.policy;
        std::vector<std::chrono::seconds> due;
        for (const auto step : policy.steps()) {
            if (open.anchor + step + policy.settle <= now_) {
                due.push_back(step);
            }
        }
        for (const auto step : due) {
            const auto name = name_of(step);
            const auto has = look_up(open.members, name);
            if (has.lacking.empty()) {
                continue;
            }
            auto told = about(kind_of(step, policy, open), name, open.anchor);
            told.case_anchor = open.anchor;
            told.grace_until = of_.grace_until;
            told.restricted_until = of_.restricted_until;
            told.invoices = open_invoices(facts_, open);
            const auto how = has.any              ? notice_state::covered
                             : step == due.back() ? notice_state::sent
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
        record(std::move(told), has.lacking, notice_state::sent);
    }

    void add_once(notice told) {
        const std::vector<std::string> itself{of_.row->id.text()};
        if (!look_up(itself, told.step).any) {
            record(std::move(told), itself, notice_state::sent);
        }
    }

    void add_canceled() {
        if (of_.status == "canceled" && of_.row->begun) {
            add_once(about(notice_kind::canceled, canceled_step, {}));
        }
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
        add_once(std::move(told));
    }

    const organization_facts& facts_;
    const catalogue& plans_;
    const subscription_standing& of_;
    instant now_;
    std::vector<due_notice> due_;
};

}  // namespace

std::vector<due_notice> due_notices(
    const organization_facts& facts,
    const catalogue& plans,
    instant now
) {
    std::vector<due_notice> all;
    for (const auto& one : standings_of_each(facts, plans, now)) {
        auto due = notices_of(facts, plans, one, now).take();
        std::move(due.begin(), due.end(), std::back_inserter(all));
    }
    return all;
}

}  // namespace billhook
