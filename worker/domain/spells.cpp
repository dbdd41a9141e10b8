#include "worker/domain/spells.hpp"

#include <algorithm>
#include <string_view>
#include <tuple>

namespace billhook {

using stripe::subscription_fact;

namespace {

using told_history = fact_history<subscription_fact>;

// When a newer invoice of the subscription was paid: from then on this one counts no more.
std::optional<instant> overtaken_at(
    const case_invoice& invoice,
    std::span<const case_invoice> invoices
) {
    std::optional<instant> at;
    for (const auto& newer : invoices) {
        if (newer.created && invoice.created && *newer.created > *invoice.created &&
            newer.bears != bearing::aside) {
            at = earlier(at, newer.registers.paid_at);
        }
    }
    return at;
}

pause_reason reason_told(std::string_view word) {
    if (word == "first_payment_failure" || word == "final_payment_failure") {
        return pause_reason::failed_payment;
    }
    if (word == "trial_end_without_payment_method") {
        return pause_reason::trial_over;
    }
    return word == "pause_requested" ? pause_reason::requested : pause_reason::other;
}

// Goes through the seconds of a history once; what it asks of the past is then known already.
class walk_of_spells {
public:
    walk_of_spells(const told_history& told, std::span<const case_invoice> invoices)
        : invoices_(invoices) {
        for (const auto& [at, second] : told.all()) {
            if (!is_denied_by_any(second.end())) {
                seconds_.push_back(&second);
            }
        }
    }

    history_of_spells take() {
        for (at_ = 0; at_ < seconds_.size(); ++at_) {
            const auto& fact = seconds_[at_]->end();
            if (is_paused(fact)) {
                if (!found_.pause) {
                    found_.pause = reason_of_pause();
                }
                if (running_ || *found_.pause == pause_reason::failed_payment) {
                    carry(fact);
                }
                continue;
            }
            found_.pause.reset();
            if (is_delinquent(fact)) {
                carry(fact);
            } else if (running_) {
                found_.spells.back().during.until = fact.created;
                if (!is_terminal(fact)) {
                    found_.spells.back().cleared_at = fact.created;
                }
                running_ = false;
            }
        }
        return std::move(found_);
    }

private:
    [[nodiscard]] bool is_denied_by_any(const subscription_fact& said) const {
        return is_assumed(said) && std::ranges::any_of(invoices_, [&](const case_invoice& each) {
                   return is_denied(said, each.id, each.registers.last_failure);
               });
    }
    // The spell runs on by the fact of this second; it begins with it if none does.
    void carry(const subscription_fact& fact) {
        if (!running_) {
            found_.spells.push_back({
                {fact.created, std::nullopt},
                std::nullopt, {},
                std::nullopt
            });
            running_ = true;
        }
        auto& now = found_.spells.back();
        std::optional<instant> until;
        if (at_ + 1 < seconds_.size()) {
            until = seconds_[at_ + 1]->end().created;
        }
        now.paid_at = payment_of(fact, now.during.from);
        until = earlier(until, now.paid_at);
        if (begins_before(fact.created, until)) {
            now.carried.push_back({fact.created, until});
        }
    }

    // The money is there when the invoice that the fact names is paid; an earlier payment, of
    // another debt then, ends nothing.
    [[nodiscard]] std::optional<instant> payment_of(const subscription_fact& fact, instant from)
        const {
        for (const auto& invoice : invoices_) {
            if (fact.state.latest_invoice == invoice.id && invoice.bears != bearing::aside &&
                invoice.registers.paid_at && *invoice.registers.paid_at >= from) {
                return invoice.registers.paid_at;
            }
        }
        return std::nullopt;
    }

    // Of the pause that begins with this second: what its facts tell last; else what came before.
    [[nodiscard]] pause_reason reason_of_pause() const {
        const auto& first = seconds_[at_]->end();
        auto end = at_;
        while (end < seconds_.size() && is_paused(seconds_[end]->end())) {
            ++end;
        }
        const span_of_time pause{
            first.created,
            end == seconds_.size() ? std::nullopt : std::optional{seconds_[end]->end().created}};
        if (const auto told = last_told(pause)) {
            return reason_told(*told);
        }
        const bool from_trial =
            at_ > 0 ? seconds_[at_ - 1]->end().state.status == "trialing"
                    : first.state.trial_end && *first.state.trial_end <= first.created;
        if (from_trial) {
            return pause_reason::trial_over;
        }
        return is_failing(first.created) ? pause_reason::failed_payment : pause_reason::not_told;
    }

    // Within a second the state that holds at its end has the last word.
    [[nodiscard]] std::optional<std::string_view> last_told(const span_of_time& pause) const {
        const auto tells = [](const subscription_fact& fact) {
            return is_paused(fact) && fact.state.paused_for;
        };
        std::optional<std::string_view> word;
        for (const auto* second : seconds_) {
            if (!within(second->end().created, pause)) {
                continue;
            }
            for (const auto& fact : second->facts) {
                word = tells(fact) ? fact.state.paused_for->text() : word;
            }
            word = tells(second->end()) ? second->end().state.paused_for->text() : word;
        }
        return word;
    }

    // Some invoice had failed by then and was not settled; what comes later settles later.
    [[nodiscard]] bool is_failing(instant at) const {
        return std::ranges::any_of(invoices_, [&](const case_invoice& invoice) {
            const auto during = failing(invoice, invoices_, found_.spells);
            return during && within(at, *during);
        });
    }

    std::span<const case_invoice> invoices_;
    std::vector<const told_history::second*> seconds_;
    std::size_t at_ = 0;
    bool running_ = false;  // the last of `found_.spells`
    history_of_spells found_;
};

}  // namespace

std::optional<instant> earlier(std::optional<instant> a, std::optional<instant> b) {
    if (!a || !b) {
        return a ? a : b;
    }
    return std::min(*a, *b);
}

bool begins_before(instant at, const std::optional<instant>& end) {
    return !end || at < *end;
}

bool within(instant at, const span_of_time& span) {
    return span.from <= at && begins_before(at, span.until);
}

history_of_spells spells_of(const told_history& told, std::span<const case_invoice> invoices) {
    return walk_of_spells{told, invoices}.take();
}

std::optional<span_of_time> failing(
    const case_invoice& invoice,
    std::span<const case_invoice> invoices,
    std::span<const spell> spells
) {
    const auto& registers = invoice.registers;
    if (!registers.first_failure || invoice.bears != bearing::debt) {
        return std::nullopt;
    }
    auto settled = earlier(registers.paid_at, registers.forgiven_at);
    settled = earlier(settled, overtaken_at(invoice, invoices));
    for (const auto& one : spells) {
        if (one.cleared_at && *registers.first_failure < *one.cleared_at) {
            settled = earlier(settled, one.cleared_at);
        }
    }
    if (!begins_before(*registers.first_failure, settled)) {
        return std::nullopt;
    }
    return span_of_time{*registers.first_failure, settled};
}

}  // namespace billhook
