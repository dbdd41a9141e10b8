#include "worker/insight/why.hpp"

#include "worker/domain/assess.hpp"
#include "worker/domain/grants.hpp"
#include "worker/domain/subscription_standing.hpp"
#include "worker/insight/fact_words.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <optional>
#include <vector>

namespace billhook {

namespace {

class sentences {
public:
    sentences(const standing& one, const organization_facts& facts, const catalogue& plans)
        : one_(one),
          facts_(facts),
          plans_(plans),
          each_(standings_of_each(facts, plans, one.as_of)) {
        for (const auto& each : each_) {
            if (one.subscription == each.row->id) {
                counts_ = &each;
            }
        }
    }

    std::string text() const {
        std::string all = decided();
        if (one_.access == access_level::restricted) {
            all += " Restricted access keeps the plan's features but for: " + reductions() + ".";
        }
        if (one_.access == access_level::none) {
            all += " Without access every feature is off and every limit 0.";
        }
        if (one_.stale) {
            all +=
                " An event that must have come is missing, or Stripe said something unheard of: "
                "the answer is marked stale until billhook reconcile has looked.";
        }
        if (each_.size() > 1 && counts_ != nullptr) {
            all += fmt::format(
                " Of its {} subscriptions {} counts: one with a plan before one without, then the "
                "better access, then the higher plan.",
                each_.size(),
                subscription()
            );
        }
        return all;
    }

private:
    std::string subscription() const {
        return counts_ == nullptr ? "the subscription" : own_part(counts_->row->id);
    }
    std::string plan() const {
        const auto* found = one_.plan ? plans_.find(*one_.plan) : nullptr;
        return found == nullptr ? "no plan" : "plan " + found->name;
    }
    const dunning_policy& policy() const {
        return counts_ == nullptr ? plans_.dunning : counts_->policy;
    }

    const dunning_case* open_case() const {
        if (counts_ == nullptr) {
            return nullptr;
        }
        const auto open = std::ranges::find_if(counts_->cases, [](const dunning_case& each) {
            return !each.ended_at;
        });
        return open == counts_->cases.end() ? nullptr : &*open;
    }

    // "A payment of sub_1 failed on …; nothing has settled it since."
    std::string owed() const {
        const auto* open = open_case();
        if (open == nullptr) {
            return {};
        }
        const std::string demand =
            open->action_required ? " The customer has to confirm the payment with the bank." : "";
        return fmt::format(
            "Money for {} has been owed since {}, and nothing has settled it.{}",
            subscription(),
            to_words(open->anchor),
            demand
        );
    }

    // "From then on plan Basic keeps full access for 7d (until …), restricted …"
    std::string terms() const {
        if (!one_.grace_until || !one_.restricted_until) {
            return {};
        }
        const auto* open = open_case();
        const bool held_up = open != nullptr && counts_->access_from != open->anchor;
        return fmt::format(
            " From {} {} keeps full access for {} (until {}), then restricted access for {} "
            "(until {}), then none.",
            held_up ? to_words(counts_->access_from) + " on, where a grant ends," : "then on",
            plan(),
            to_text(policy().grace),
            to_words(*one_.grace_until),
            to_text(policy().restricted),
            to_words(*one_.restricted_until)
        );
    }

    std::string reductions() const {
        std::string all;
        for (const auto& [name, value] : policy().restricted_features) {
            const auto* truth = std::get_if<bool>(&value);
            const auto to = truth != nullptr ? (*truth ? std::string("on") : std::string("off"))
                                             : std::to_string(std::get<std::int64_t>(value));
            all += fmt::format("{}{} = {}", all.empty() ? "" : ", ", name, to);
        }
        return all.empty() ? "nothing" : all;
    }

    std::string decided() const;
    std::string fallen() const;
    std::string ended() const;
    std::string paused() const;
    std::string debt_too() const;

    const standing& one_;
    const organization_facts& facts_;
    const catalogue& plans_;
    std::vector<subscription_standing> each_;
    const subscription_standing* counts_ = nullptr;
};

std::string sentences::ended() const {
    const auto& at = counts_->renewal.cancels_at;
    return fmt::format(
        "{} was to be canceled at {}; 72 hours later no event had said so, and it counts as ended.",
        subscription(),
        at ? to_words(*at) : "its end"
    );
}

std::string sentences::paused() const {
    const auto& row = *counts_->row;
    switch (row.pause.value_or(pause_reason::not_told)) {
        case pause_reason::failed_payment:
            return fmt::format(
                "Stripe paused {} because a payment failed; it was paid at {}, but nobody has "
                "resumed the subscription.",
                subscription(),
                row.pause_settled_at ? to_words(*row.pause_settled_at) : "some time"
            );
        case pause_reason::trial_over:
            return fmt::format(
                "{} is paused since its trial ended without a card.{}", subscription(), debt_too()
            );
        case pause_reason::requested:
            return fmt::format("{} is paused on request.{}", subscription(), debt_too());
        case pause_reason::other:
            return fmt::format("{} is paused by Stripe.{}", subscription(), debt_too());
        case pause_reason::not_told:
            return fmt::format(
                "{} is paused at Stripe; why, no event has told.{}", subscription(), debt_too()
            );
    }
    return {};
}

// What would be if there were no plan to fall back to.
std::string sentences::fallen() const {
    auto without = plans_;
    without.fallback_plan.reset();
    const auto bare = assess(facts_, without, one_.as_of);
    return sentences(bare, facts_, without).decided();
}

// That it is paused decides, but money is owed as well.
std::string sentences::debt_too() const {
    const auto debt = owed();
    return debt.empty() ? debt : " " + debt + " The pause gives less access than that.";
}

std::string sentences::decided() const {
    switch (one_.why) {
        case reason::trial:
            return fmt::format(
                "No subscription counts, and the organization's own trial of {} on {} is running.",
                to_text(plans_.trial),
                plan()
            );
        case reason::trial_over:
            return fmt::format(
                "There is no subscription, and the organization's own trial of {} is over.",
                to_text(plans_.trial)
            );
        case reason::incomplete:
            return fmt::format(
                "The first payment of {} was never made (Stripe: {}), and the organization's own "
                "trial is over.",
                subscription(),
                one_.subscription_status
            );
        case reason::trialing:
            return fmt::format("{} is in Stripe's trial on {}.", subscription(), plan());
        case reason::paid:
            return fmt::format("{} is active on {} and nothing is owed.", subscription(), plan());
        case reason::settled:
            return fmt::format(
                "What was owed for {} is settled; Stripe's word for it ({}) has not changed yet.",
                subscription(),
                one_.subscription_status
            );
        case reason::grace:
            return owed() + terms() + " Grace is running.";
        case reason::restricted:
            return owed() + terms() + " Grace is over.";
        case reason::unpaid:
            return owed() + terms() + " Both are over.";
        case reason::exempt:
            return owed() +
                   " This organization or its plan is exempt: access is never reduced and "
                   "no notice is sent.";
        case reason::granted:
            return owed() + (open_case() == nullptr ? "" : " ") +
                   fmt::format("A grant decides: full access on {}.", plan());
        case reason::paused:
            return paused();
        case reason::canceled:
            return fmt::format("{} is canceled.", subscription());
        case reason::ended:
            return ended();
        case reason::unknown_status:
            return fmt::format(
                "Stripe's word for {} is \"{}\", which this program does not know.",
                subscription(),
                one_.subscription_status
            );
        case reason::fallback:
            return fmt::format(
                "{} That gives no access, so it has {}, the plan to fall back to.", fallen(), plan()
            );
        case reason::unknown:
            return "Nothing is known of this organization's Stripe customer yet: whoever paid "
                   "before Billhook is not locked out.";
    }
    return {};
}

}  // namespace

std::string why(const standing& one, const organization_facts& facts, const catalogue& plans) {
    auto text = sentences(one, facts, plans).text();
    for (const auto& each : courses_of(facts.grants, one.as_of)) {
        if (each.in_force) {
            text += fmt::format(
                " {} gave it {}{}, because: {} ({}).",
                each.what->actor,
                gift_in_words(*each.what),
                each.ends ? " until " + to_words(*each.ends) : "",
                each.what->reason,
                each.what->id.text()
            );
        }
    }
    if (!one.unlisted_prices.empty()) {
        text += " Paid for, but listed nowhere in plans.toml:";
        for (const auto& price : one.unlisted_prices) {
            text += " " + (price.empty() ? std::string("a price without id") : price);
            text += &price == &one.unlisted_prices.back() ? "." : ",";
        }
    }
    return text;
}

std::string in_short(const standing& one) {
    auto text = fmt::format(
        "{}, {}: {} ({})",
        one.plan.value_or("no plan"),
        one.subscription_status,
        to_word(one.access),
        to_word(one.why)
    );
    if (one.in_dunning && one.access == access_level::full && one.grace_until) {
        text += ", in dunning, full until " + to_words(*one.grace_until);
    } else if (one.in_dunning && one.access == access_level::restricted && one.restricted_until) {
        text += ", in dunning, restricted until " + to_words(*one.restricted_until);
    } else if (one.in_dunning) {
        text += ", in dunning";
    }
    return one.stale ? text + ", stale" : text;
}

}  // namespace billhook
